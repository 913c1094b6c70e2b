using System.Runtime.InteropServices;
using Drivers.Hashing;

namespace Benchmarks;

/// <summary>T6: one core searching nonces, beside a kernel of our own in C with as many lanes, in turns.</summary>
internal static unsafe class LaneFigures
{
    private const int Nonces = 1 << 20;
    private const double RatioMin = 0.85;
    private const double BoardRatioMin = 0.95;

    // Block 125552; its solution is among the nonces that are searched, so that a kernel that hashes wrongly is seen.
    private const uint Solution = 2504433986;
    private const uint First = Solution - Nonces / 2;

    private static readonly BlockHeader Header = BlockHeader.Read(Convert.FromHexString(
        "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae71"
        + "0e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a00000000"));

    /// <param name="folder">Where lanes8.so and lanes16.so are, compiled from lanes.c.</param>
    public static IEnumerable<Figure> Measure(string folder)
    {
        foreach (var (path, library, lanes) in new[]
        {
            (ScanPath.Vector512, "lanes16.so", 16),
            (ScanPath.Vector256, "lanes8.so", 8),
        })
        {
            if (NonceScan.IsSupported(path))
            {
                var inC = InC(Path.GetFullPath(Path.Combine(folder, library)));
                var medians = Rounds.Nanoseconds(Nonces, Ours(path), inC);
                yield return Row($"T6 software hashing, {lanes} lanes, one core", medians[0], medians[1]);
            }
        }

        yield return Board();
        var scalar = Rounds.Nanoseconds(Nonces, Ours(ScanPath.Scalar));
        yield return new(
            "T6 the same without lanes", Rate(scalar[0]), Figure.None, Figure.None, Figure.None, Met: true);
    }

    private static Figure Row(string name, double ours, double inC) => new(
        name,
        Rate(ours),
        Rate(inC) + " (C, same lanes)",
        Figure.Number(inC / ours, "0.00 ×"),
        "≥ 0.85 ×",
        inC / ours >= RatioMin);

    /// <summary>A CPU board's thread, with all that it does between pieces of work, beside the bare search.</summary>
    private static Figure Board()
    {
        var board = CpuBoard.Nanoseconds();
        var search = Rounds.Nanoseconds(Nonces, Ours(NonceScan.Best))[0];
        return new(
            "T6 the CPU board, a second of one core's time",
            Rate(board),
            Rate(search) + " (the search alone)",
            Figure.Number(search / board, "0.00 ×"),
            "≥ 0.95 ×",
            search / board >= BoardRatioMin);
    }

    private static string Rate(double nanoseconds) => Figure.Number(1000 / nanoseconds, "0.0 MH/s");

    private static Action Ours(ScanPath path)
    {
        var (midstate, tail) = Split();
        var hits = new uint[64];
        var target = Targets.FromZeroBits(32);
        return () =>
        {
            var tried = NonceScan.Run(path, midstate, tail, First, Nonces, target, hits, out var found);
            Check(tried == Nonces && found == 1 && hits[0] == Solution);
        };
    }

    private static Action InC(string library)
    {
        var scan = (delegate* unmanaged<uint*, byte*, uint, uint, uint*, uint>)NativeLibrary.GetExport(
            NativeLibrary.Load(library), "scan");
        var (midstate, tail) = Split();
        return () =>
        {
            var (state, hit) = (midstate, 0u);
            fixed (byte* bytes = tail)
            {
                Check(scan((uint*)&state, bytes, First, Nonces, &hit) == 1 && hit == Solution);
            }
        };
    }

    private static (Midstate Midstate, byte[] Tail) Split()
    {
        var bytes = new byte[BlockHeader.Size];
        Header.Write(bytes);
        return (Sha256d.Midstate(bytes.AsSpan(0, Sha256d.MidstateBytes)), bytes[Sha256d.MidstateBytes..]);
    }

    private static void Check(bool found)
    {
        if (!found)
        {
            throw new InvalidOperationException("A kernel did not find the solution of block 125552, and it alone.");
        }
    }
}
