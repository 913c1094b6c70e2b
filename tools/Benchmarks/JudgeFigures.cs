using Drivers.Hashing;
using Firmware.Mining;
using NSec.Cryptography;

namespace Benchmarks;

/// <summary>T5: judging one nonce, beside two SHA-256 of the same header by the library.</summary>
internal static class JudgeFigures
{
    private const int Operations = 20_000;
    private const double RatioMax = 0.9;

    // Block 125552, whose nonce 2504433986 is the solution.
    private static readonly BlockHeader Header = BlockHeader.Read(Convert.FromHexString(
        "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae71"
        + "0e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a00000000"));

    public static IEnumerable<Figure> Measure()
    {
        var medians = Rounds.Nanoseconds(Operations, Judge(), Hash(), LibraryHash());
        yield return Row("T5 judging one nonce (hash, compare, duplicates)", medians[0], medians[2]);
        yield return Row("T5 of it the hash (midstate SHA-256d)", medians[1], medians[2]);
    }

    private static Figure Row(string name, double measured, double floor) => new(
        name,
        Figure.Number(measured, "0 ns"),
        Figure.Number(floor, "0 ns") + " (2 × NSec SHA-256)",
        Figure.Number(measured / floor, "0.00 ×"),
        "≤ 0.9 ×",
        measured <= RatioMax * floor);

    private static Action Judge()
    {
        var judge = new Judge(chipTarget: UInt256.Max);
        var job = new Job(1, Header, 0, UInt256.Zero, UInt256.Zero, TimeSpan.Zero, new NoSink());
        var assignment = new Assignment(job, new Work(Header, 0), Number: 1, Retired: false);
        var before = default(Assignment);
        uint nonce = 0;
        return () =>
        {
            for (var i = 0; i < Operations; i++)
            {
                var found = new FoundNonce(Slot: 0, nonce++, VersionBits: 0, Chip: 0, Core: 0);
                if (judge.Weigh(found, assignment, before).Verdict != Verdict.BelowTarget)
                {
                    throw new InvalidOperationException("The judge found a share where there is none.");
                }
            }
        };
    }

    private static Action Hash()
    {
        var header = Header;
        return () =>
        {
            for (var i = 0; i < Operations; i++)
            {
                header = header with { Nonce = unchecked(header.Nonce + 1) };
                if (Sha256d.Hash(header) == UInt256.Zero)
                {
                    throw new InvalidOperationException("No hash is zero.");
                }
            }
        };
    }

    private static Action LibraryHash()
    {
        var bytes = new byte[BlockHeader.Size];
        Header.Write(bytes);
        var once = new byte[UInt256.Size];
        var twice = new byte[UInt256.Size];
        return () =>
        {
            for (var i = 0; i < Operations; i++)
            {
                bytes[76] = unchecked((byte)i);
                HashAlgorithm.Sha256.Hash(bytes, once);
                HashAlgorithm.Sha256.Hash(once, twice);
            }
        };
    }

    private sealed class NoSink : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => true;
    }
}
