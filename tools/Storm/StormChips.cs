using System.Buffers.Binary;
using Drivers.Hashing;
using Firmware.Boards;

namespace Storm;

/// <summary>
/// Silicon behind a wire of few words (see <see cref="StormChain"/>): it forgets everything without power or in reset,
/// hashes the newest job, and finds results at random at the rate of its clock. A result is true: its header really
/// hashes to what it claims, with few enough zero bits to be found at once.
/// </summary>
internal sealed class StormChips(BoardConfig config, Dice dice)
{
    /// <summary>What a board at its full clock reports, in results a second.</summary>
    public const double FullRate = 1;

    /// <summary>Every reported hash has so many zero bits.</summary>
    public const int ZeroBits = 3;

    /// <summary>Longer chains are cut down to it: what guard and mine decide does not depend on the length.</summary>
    private const int CountMax = 4;

    /// <summary>A wrong result is wrong for whatever the host may still hold it against.</summary>
    private const int RememberedMax = 16;

    private static readonly UInt256 Target = Targets.FromZeroBits(ZeroBits);

    private readonly List<byte> toHost = [];
    private readonly byte[] claim = new byte[StormChain.ClaimSize];
    private bool isUp;
    private bool hasJob;
    private int slot;
    private readonly List<Header> headers = [];
    private uint nonce;
    private double untilNext = dice.Exponential();

    public int Count { get; } = Math.Min(CountMax, config.Chains[0].Chips);

    public double Megahertz { get; private set; }

    public bool IsHashing => isUp && hasJob;

    /// <summary>The highest clock that it was ever told.</summary>
    public double HighestMegahertz { get; private set; }

    /// <summary>Claims that have reached the host.</summary>
    public long Delivered { get; private set; }

    public bool HasAnswers => toHost.Count > 0;

    public void Supply(bool isFree)
    {
        if (!isFree)
        {
            isUp = hasJob = false;
            Megahertz = 0;
        }
    }

    public void Work(double seconds, Troubles troubles)
    {
        if (!IsHashing || troubles.ChipsIdle)
        {
            return;
        }

        untilNext -= seconds * FullRate * Megahertz / config.Chains[0].Megahertz.Value;
        while (untilNext <= 0)
        {
            untilNext += dice.Exponential();
            Report(isTrue: !troubles.ChipsWrong, lost: troubles.WireDead || troubles.PortGone);
        }
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            at += Obey(bytes[at..]);
        }
    }

    /// <summary>What has arrived at the host; it is taken by that.</summary>
    public byte[] TakeAnswers()
    {
        byte[] taken = [.. toHost];
        toHost.Clear();
        for (var at = 0; at < taken.Length; at += taken[at] == StormChain.Here ? 1 : StormChain.ClaimSize)
        {
            Delivered += taken[at] == StormChain.Here ? 0 : 1;
        }

        return taken;
    }

    public void DropAnswers() => toHost.Clear();

    private int Obey(ReadOnlySpan<byte> frame)
    {
        switch (frame[0])
        {
            case StormChain.Wake:
                isUp = true;
                toHost.Add(StormChain.Here);
                return 1;
            case StormChain.Sleep:
                hasJob = false;
                Megahertz = StormChain.SlowMegahertz;
                return 1;
            case StormChain.Clock:
                Megahertz = BinaryPrimitives.ReadUInt16LittleEndian(frame[1..]) / StormChain.ClockUnits;
                HighestMegahertz = Math.Max(HighestMegahertz, Megahertz);
                return StormChain.ClockSize;
            default:
                slot = frame[0] & 0xF;
                headers.Insert(0, new(frame.Slice(1, BlockHeader.Size)));
                headers.RemoveRange(Math.Min(headers.Count, RememberedMax), Math.Max(0, headers.Count - RememberedMax));
                hasJob = true;
                return StormChain.JobSize;
        }
    }

    private bool Meets(Header header) => header.HashWith(nonce) <= Target;

    private void Report(bool isTrue, bool lost)
    {
        var chip = (uint)dice.Below(Count);
        var count = (uint)Count;
        nonce = unchecked((nonce / count * count) + count + chip);
        while (isTrue ? !Meets(headers[0]) : headers.Exists(Meets))
        {
            nonce = unchecked(nonce + count);
        }

        if (!lost)
        {
            claim[0] = (byte)slot;
            BinaryPrimitives.WriteUInt32LittleEndian(claim.AsSpan(1), nonce);
            BinaryPrimitives.WriteUInt32LittleEndian(claim.AsSpan(5), headers[0].Version);
            toHost.AddRange(claim);
        }
    }

    /// <summary>A job's header, as it came over the wire. What no nonce changes in it is hashed once.</summary>
    private readonly struct Header(ReadOnlySpan<byte> bytes)
    {
        private readonly Midstate midstate = Sha256d.Midstate(bytes[..Sha256d.MidstateBytes]);
        private readonly byte[] tail = bytes[Sha256d.MidstateBytes..].ToArray();

        public uint Version { get; } = BinaryPrimitives.ReadUInt32LittleEndian(bytes);

        public UInt256 HashWith(uint nonce) => Sha256d.FinishHeader(midstate, tail, nonce);
    }
}
