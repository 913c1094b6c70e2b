using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// A chain of BM13xx chips from cold silicon to hashing: bring them up, walk the clock up, then jobs out and claims in.
/// The order is that of a captured board (REFERENCE.md, "Bring-up").
/// </summary>
/// <remarks>
/// <code>
/// Off ─Start─► Enumerating ─► Initialising ─► SwitchingBaud ─► Ramping ─► Running ─Stop─► Off
///                   │ count, model                │ silent at both rates
///                   └──────────► Failed ◄─────────┘     (silent at the fast one only: goes on at the slow one)
/// </code>
/// After <see cref="Stop"/> the state is Off, but <see cref="Step"/> still walks the clock down and must be called.
/// </remarks>
public sealed class Bm13xxChain(Bm13xxConfig config) : IHashChain
{
    /// <summary>
    /// While the PLL moves and 20 ms after it, results are garbage that may fit its CRC: nothing is believed. The rest
    /// is what the write itself takes at the slow rate.
    /// </summary>
    private static readonly TimeSpan PllSettle = TimeSpan.FromMilliseconds(23);

    /// <summary>How long a changed <see cref="WantedClock"/> may go unseen.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);

    /// <summary>A write may get lost on the way, and nothing confirms it.</summary>
    private const int StopWritesMin = 3;

    /// <summary>An epoch is computed from nominal clocks: a new job comes this much earlier.</summary>
    private const double LifetimeMargin = 0.9;

    private readonly byte[] send = new byte[2 * Commands.SizeMax];
    private readonly ResponseReader reader = new();
    private readonly BringUp bringUp = new(config);
    private readonly ClockRamp ramp = new(config.Model, config.Chips);
    private readonly string staysSlow = BringUpFault.StaysSlow(config);

    private ChainState state;
    private bool versionsTold;
    private bool stopping;
    private int stopWrites;
    private TimeSpan due;
    private TimeSpan mutedUntil;
    private volatile uint rolledMask = VersionRolling.HeaderMask;
    private volatile bool tellsMask;

    public int Slots => config.Model.Slots;

    public int RolledBits => BitOperations.PopCount(VersionRolling.HeaderMask);

    public int ChipsPerDomain => 1;

    public int JobFrameSize => Commands.SizeMax + JobFrame.Size;

    public int ReportedZeroBits => config.ZeroBits + config.Ticket.ZeroBits;

    public ChainStatus Status => new(
        state,
        bringUp.Chips,
        ramp.Clock,
        HashRate,
        reader.Frames,
        reader.CrcErrors,
        reader.SkippedBytes,
        bringUp.Fault,
        state == ChainState.Running && bringUp.StaysSlow ? staysSlow : null);

    public Megahertz WantedClock { get; set; }

    /// <summary>Shortened by a tenth, and by a half for each version bit that the newest job may not roll.</summary>
    public TimeSpan JobLifetime => LifetimeMargin * NonceSpace.Epoch(config.Model, ramp.Counting, rolledMask);

    /// <summary>Results that came while the PLL moved or nothing was hashed, and answers nobody asked for.</summary>
    public long Disbelieved { get; private set; }

    /// <summary>Results whose two statements of the small core differ: a sign of a noisy wire, nothing more.</summary>
    public long SmallCoreMismatches { get; private set; }

    private double HashRate => ramp.Counting.Ticks == 0
        ? 0
        : ramp.Clock.Value * 1e6 * config.Model.HashUnits * config.Chips
            * Math.ScaleB(1, config.ZeroBits - Bm13xxConfig.SiliconZeroBits);

    private bool IsInBringUp => state is ChainState.Enumerating or ChainState.Initialising or ChainState.SwitchingBaud;

    public ChipStatus Chip(int chip) => new(ramp.Clock, HashRate / config.Chips, null, Answers: true, Fault: null);

    public void Rejoin(int firstChip, int count, TimeSpan now)
    {
        // A chip that lost its settings gets them back by a reset of the chain.
    }

    public void Start(TimeSpan now)
    {
        bringUp.Begin(now);
        state = bringUp.State;
        stopping = false;
        versionsTold = false;
        due = now;
        ramp.Reset();
        reader.Reset();
    }

    public void Stop(TimeSpan now)
    {
        if (state != ChainState.Off)
        {
            state = ChainState.Off;
            stopping = true;
            stopWrites = 0;
            due = now;
        }
    }

    public ChainStep Step(TimeSpan now)
    {
        if (IsInBringUp)
        {
            return BringUpStep(now);
        }

        if (now < due)
        {
            return new ChainStep { Deadline = due };
        }

        return state switch
        {
            ChainState.Ramping or ChainState.Running => Hash(now),
            ChainState.Off when stopping => StopHashing(now),
            _ => Wait(now),
        };
    }

    public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
    {
        reader.Length = bringUp.AnswerLength;
        while (reader.TryRead(ref received, out var response))
        {
            if (response.IsNonce && state == ChainState.Running && now >= mutedUntil)
            {
                found = Found(response);
                return true;
            }

            var isAnswer = !response.IsNonce && IsInBringUp && response.Register == ChipId.Address;
            if (!isAnswer || !bringUp.Hear(ChipId.FromBits(response.Value), now))
            {
                Disbelieved++;
            }
        }

        found = default;
        return false;
    }

    public int Encode(int slot, in Work work, Span<byte> frame)
    {
        var id = config.Model.JobIdByte(slot);
        var length = 0;
        rolledMask = work.VersionMask;

        // Once a pool allowed fewer bits, every job brings its own: whether the one before was sent is not known here.
        tellsMask |= work.VersionMask != VersionRolling.HeaderMask;
        if (tellsMask)
        {
            length = Commands.WriteAll(VersionRolling.FromHeaderMask(work.VersionMask), frame);
        }

        return length + JobFrame.Write(id, work.Header, frame[length..]);
    }

    private FoundNonce Found(Response response)
    {
        if (config.Model.SmallCore(response.ResultHeader) != (response.Version & (config.Model.SmallCores - 1)))
        {
            SmallCoreMismatches++;
        }

        return new FoundNonce(
            Slot: config.Model.Slot(response.ResultHeader),
            Nonce: response.Nonce,
            VersionBits: VersionRolling.ToHeader(response.Version),
            Chip: NonceSpace.Chip(response.Value, config.Chips),
            Core: NonceSpace.Core(response.Value));
    }

    private ChainStep BringUpStep(TimeSpan now)
    {
        if (now < bringUp.Due)
        {
            return new ChainStep { Deadline = bringUp.Due };
        }

        var step = bringUp.Step(now);
        state = bringUp.State;
        due = bringUp.Due;
        if (step.DiscardInput)
        {
            reader.Reset();
        }

        return step;
    }

    /// <summary>Ramps where the clock is not the wanted one; the end of the first ramp begins the hashing.</summary>
    private ChainStep Hash(TimeSpan now)
    {
        if (!ramp.IsAt(WantedClock))
        {
            mutedUntil = now + PllSettle;
            return Send(now, ramp.Step(WantedClock, hashing: true, send), ClockRamp.StepTime);
        }

        if (!versionsTold)
        {
            versionsTold = true;
            return Send(now, Commands.WriteAll(VersionRolling.All, send), BringUp.Pace);
        }

        state = ChainState.Running;
        return Wait(now);
    }

    private ChainStep StopHashing(TimeSpan now)
    {
        var lowest = new Megahertz(ClockRamp.LowestMegahertz);
        if (stopWrites >= StopWritesMin && ramp.IsAt(lowest))
        {
            stopping = false;
            return Wait(now);
        }

        stopWrites++;
        return Send(now, ramp.Step(lowest, hashing: false, send), ClockRamp.StepTime);
    }

    private ChainStep Send(TimeSpan now, int length, TimeSpan pause)
    {
        due = now + pause;
        return new ChainStep { Send = send.AsSpan(0, length), Deadline = due };
    }

    private ChainStep Wait(TimeSpan now)
    {
        due = now + Idle;
        return new ChainStep { Deadline = due };
    }
}
