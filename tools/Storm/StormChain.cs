using System.Buffers.Binary;
using Drivers;
using Drivers.Hashing;

namespace Storm;

/// <summary>
/// The driver of <see cref="StormChips"/>, with the phases of a real one and few bytes: wake and wait for the answer,
/// settle, walk the clock up in steps, take jobs. Driver and wire are simulated, so that the miner above is real.
/// </summary>
internal sealed class StormChain(int chips, double fullMegahertz) : IHashChain
{
    public const byte Wake = 0x53;
    public const byte Sleep = 0x58;
    public const byte Clock = 0x43;
    public const byte Job = 0xF0;
    public const byte Here = 0xAA;
    public const int ClaimSize = 9;
    public const int ClockSize = 3;
    public const int JobSize = 1 + BlockHeader.Size;
    public const double ClockUnits = 64;
    public const double SlowMegahertz = 50;

    private const double StepMegahertz = 6.25;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan StepEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly byte[] outgoing = new byte[16];
    private int outgoingCount;
    private ChainState state;
    private double megahertz;
    private bool answered;
    private TimeSpan since;
    private TimeSpan steppedAt;
    private string? fault;

    public int Slots => 8;

    public int RolledBits => 16;

    public int ChipsPerDomain => 1;

    public int Cores => 1;

    public int JobFrameSize => JobSize;

    public int ReportedZeroBits => StormChips.ZeroBits;

    public Megahertz WantedClock { get; set; } = new(fullMegahertz);

    public TimeSpan JobLifetime => TimeSpan.FromSeconds(30);

    public ChainStatus Status =>
        new(state, chips, new(megahertz), state == ChainState.Running ? HashRate : 0, 0, 0, 0, fault);

    private double HashRate => StormChips.FullRate * megahertz / fullMegahertz * (1 << StormChips.ZeroBits);

    public ChipStatus Chip(int chip) => new(new(megahertz), Status.HashRate / chips, null, Answers: true, null);

    /// <summary>They are all alike.</summary>
    public void TuneChip(int chip, Megahertz? own)
    {
    }

    public void Start(TimeSpan now)
    {
        fault = null;
        answered = false;
        megahertz = 0;
        Enter(ChainState.Enumerating, now);
        Put(Wake);
    }

    public void Stop(TimeSpan now)
    {
        state = ChainState.Off;
        megahertz = SlowMegahertz;
        outgoingCount = 0;
        Put(Sleep);
    }

    public void Rejoin(int firstChip, int count, TimeSpan now)
    {
        Put(Wake);
        PutClock();
    }

    public ChainStep Step(TimeSpan now)
    {
        switch (state)
        {
            case ChainState.Enumerating when answered:
                Enter(ChainState.Initialising, now);
                break;
            case ChainState.Enumerating when now - since >= AnswerMax:
                fault = "No chip answered.";
                Enter(ChainState.Failed, now);
                break;
            case ChainState.Initialising when now - since >= Settling:
                megahertz = SlowMegahertz;
                PutClock();
                Enter(ChainState.Ramping, now);
                break;
            case ChainState.Ramping or ChainState.Running:
                Walk(now);
                break;
        }

        var send = outgoing.AsSpan(0, outgoingCount);
        outgoingCount = 0;
        return new() { Send = send, Deadline = now + (state == ChainState.Running && !Walks ? Beat : StepEvery) };
    }

    public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
    {
        while (!received.IsEmpty && received[0] == Here)
        {
            answered = true;
            received = received[1..];
        }

        found = default;
        if (received.Length < ClaimSize)
        {
            received = default;
            return false;
        }

        var nonce = BinaryPrimitives.ReadUInt32LittleEndian(received[1..]);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(received[5..]);
        found = new(received[0], nonce, version, (int)(nonce % chips), Core: 0);
        received = received[ClaimSize..];
        return true;
    }

    public int Encode(int slot, in Work work, Span<byte> frame)
    {
        frame[0] = (byte)(Job | slot);
        work.Header.Write(frame[1..]);
        return JobSize;
    }

    private bool Walks => Math.Abs(WantedClock.Value - megahertz) > 1e-6;

    private void Walk(TimeSpan now)
    {
        if (Walks && now - steppedAt >= StepEvery)
        {
            steppedAt = now;
            megahertz += Math.Clamp(WantedClock.Value - megahertz, -StepMegahertz, StepMegahertz);
            PutClock();
        }

        state = Walks ? state : ChainState.Running;
    }

    private void Enter(ChainState next, TimeSpan now)
    {
        state = next;
        since = now;
    }

    private void Put(byte sign) => outgoing[outgoingCount++] = sign;

    private void PutClock()
    {
        Put(Clock);
        BinaryPrimitives.WriteUInt16LittleEndian(
            outgoing.AsSpan(outgoingCount), (ushort)Math.Round(megahertz * ClockUnits));
        outgoingCount += 2;
    }
}
