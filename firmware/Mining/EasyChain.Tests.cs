using System.Buffers.Binary;
using Drivers;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// A chain with a protocol that a test can speak in ten lines: a job is 0xF0 + slot and the header, a claim is slot,
/// nonce and version bits, 0x53 starts the chips and 0x58 stops them. One hash in sixteen is reported.
/// </summary>
internal sealed class EasyChain : IHashChain
{
    public const byte StartSign = 0x53;
    public const byte StopSign = 0x58;
    public const int ClaimSize = 9;
    public const int FrameSize = 1 + BlockHeader.Size;

    private readonly byte[] sign = new byte[1];
    private ChainState state;
    private bool isDue;

    public int Slots => 4;

    public int RolledBits => 16;

    public int ChipsPerDomain { get; init; } = 1;

    /// <summary>A nonce belongs to the chip that it leaves as the rest of a division by their number.</summary>
    public int Chips { get; init; } = 1;

    public Func<int, string?> FaultOf { get; set; } = _ => null;

    public int Cores => 1;

    public int JobFrameSize => FrameSize;

    public int ReportedZeroBits => 4;

    public ChainStatus Status => new(
        state,
        Chips,
        WantedClock,
        HashRate: state == ChainState.Running ? ResultsPerSecond * 16 : 0,
        Frames: 0,
        CrcErrors: 0,
        SkippedBytes: 0,
        Fault: null);

    /// <summary>What healthy chips of this kind would report.</summary>
    public double ResultsPerSecond { get; set; } = 0.01;

    /// <summary>Keeps each work for its next step.</summary>
    public bool KeepsWork { get; set; }

    public Megahertz WantedClock { get; set; }

    public TimeSpan JobLifetime { get; set; } = TimeSpan.FromMinutes(4);

    public static byte[] Claim(int slot, uint nonce, uint versionBits)
    {
        var claim = new byte[ClaimSize];
        claim[0] = (byte)slot;
        BinaryPrimitives.WriteUInt32LittleEndian(claim.AsSpan(1), nonce);
        BinaryPrimitives.WriteUInt32LittleEndian(claim.AsSpan(5), versionBits);
        return claim;
    }

    /// <summary>What the chips' own counters say, in hashes per second.</summary>
    public Func<int, double?> Counted { get; set; } = _ => null;

    /// <summary>First and count of each time.</summary>
    public List<(int First, int Count)> Rejoined { get; } = [];

    public Action<int, int>? WhenRejoined { get; set; }

    public ChipStatus Chip(int chip) =>
        new(WantedClock, Status.HashRate / Chips, Counted(chip), Answers: true, FaultOf(chip));

    /// <summary>Chips with a clock of their own.</summary>
    public Dictionary<int, Megahertz> Tuned { get; } = [];

    public void TuneChip(int chip, Megahertz? own)
    {
        Tuned.Remove(chip);
        if (own is { } clock)
        {
            Tuned[chip] = clock;
        }
    }

    public void Rejoin(int firstChip, int count, TimeSpan now)
    {
        Rejoined.Add((firstChip, count));
        WhenRejoined?.Invoke(firstChip, count);
    }

    public void Start(TimeSpan now) => Turn(StartSign, ChainState.Ramping);

    public void Stop(TimeSpan now) => Turn(StopSign, ChainState.Off);

    public ChainStep Step(TimeSpan now)
    {
        var deadline = now + TimeSpan.FromMilliseconds(20);
        if (isDue)
        {
            isDue = false;
            return new() { Send = sign, Deadline = deadline };
        }

        state = state == ChainState.Ramping ? ChainState.Running : state;
        return new() { Deadline = deadline };
    }

    public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
    {
        found = default;
        if (received.Length < ClaimSize)
        {
            received = default;
            return false;
        }

        var nonce = BinaryPrimitives.ReadUInt32LittleEndian(received[1..]);
        found = new FoundNonce(
            received[0],
            nonce,
            BinaryPrimitives.ReadUInt32LittleEndian(received[5..]),
            Chip: (int)(nonce % Chips),
            Core: 0);
        received = received[ClaimSize..];
        return true;
    }

    public int Encode(int slot, in Work work, Span<byte> frame)
    {
        if (KeepsWork)
        {
            return 0;
        }

        frame[0] = (byte)(0xF0 | slot);
        work.Header.Write(frame[1..]);
        return FrameSize;
    }

    private void Turn(byte what, ChainState next)
    {
        sign[0] = what;
        isDue = true;
        state = next;
    }
}
