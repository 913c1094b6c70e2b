namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// A chain of chips from cold silicon to hashing: bring them up, walk the clock up, then jobs out and claims in.
/// The order is that of captures and field drivers (REFERENCE.md, "Bring-up").
/// </summary>
/// <remarks>
/// <code>
/// Off ─Start─► Enumerating ─► Initialising ⇄ SwitchingBaud ─► Ramping ─► Running ─Stop─► Off
///                   │ count, model                │ silent at both rates
///                   └──────────► Failed ◄─────────┘     (silent at the fast one only: goes on at the slow one)
/// </code>
/// After <see cref="Stop"/> the state is Off, but <see cref="Step"/> still walks the clock down and must be called.
/// While it runs, what is due is done in this order: a script that was begun (a rejoin, a look at the PLLs), the walk
/// to the wanted clock, the steps after it, a question for a hash counter.
/// </remarks>
public sealed class Bm13xxChain : IHashChain
{
    /// <summary>How long a changed <see cref="WantedClock"/> may go unseen.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);

    /// <summary>While jobs flow nobody tells that an answer has come: it is looked for so often.</summary>
    private static readonly TimeSpan Listen = TimeSpan.FromMilliseconds(5);

    /// <summary>A write may get lost on the way, and nothing confirms it.</summary>
    private const int StopWritesMin = 3;

    /// <summary>An epoch is computed from nominal clocks: a new job comes this much earlier.</summary>
    private const double LifetimeMargin = 0.9;

    private readonly Bm13xxConfig config;
    private readonly ChainWire wire;
    private readonly ResponseReader reader = new();
    private readonly BringUp bringUp;
    private readonly ClockWalk clock;
    private readonly Telemetry telemetry;
    private readonly JobEncoder jobs;
    private readonly ExpectedWork expected;
    private readonly AnswerFilter filter;

    private IEnumerator<Move>? script;
    private ChainState state;
    private bool bringsUp;
    private bool stopping;
    private bool listens;
    private int stopWrites;
    private TimeSpan due;
    private (int First, int End) lost;

    public Bm13xxChain(Bm13xxConfig config)
    {
        this.config = config;
        wire = new ChainWire(config);
        bringUp = new BringUp(wire);
        clock = new ClockWalk(wire);
        telemetry = new Telemetry(wire);
        jobs = new JobEncoder(config.Model);
        expected = new ExpectedWork(wire);
        filter = new AnswerFilter(wire, telemetry, jobs);
    }

    public int Slots => config.Model.Slots;

    public int RolledBits => config.Model.RolledBits;

    public int ChipsPerDomain => config.ChipsPerDomain;

    public int Cores => config.Model.Cores;

    public int JobFrameSize => jobs.FrameSize;

    public int ReportedZeroBits => config.ReportedZeroBits;

    public ChainStatus Status => new(
        state,
        bringUp.Chips,
        expected.FastestClock,
        IsHashing ? expected.HashRate * NewShare : 0,
        reader.Frames,
        reader.CrcErrors,
        reader.SkippedBytes,
        bringUp.Fault,
        state == ChainState.Running ? bringUp.Note : null)
    {
        LeftAside = filter.LeftAside,
    };

    public Megahertz WantedClock { get; set; }

    /// <summary>Shortened by a tenth, and by a half for each version bit that the newest job may not roll.</summary>
    public TimeSpan JobLifetime => LifetimeMargin
        * NonceSpace.Epoch(config.Model, expected.Pass, jobs.RolledMask);

    private bool IsHashing => state is ChainState.Ramping or ChainState.Running;

    private double NewShare => NonceSpace.NewShare(config.Model, jobs.RolledMask);

    public ChipStatus Chip(int chip)
    {
        var record = wire.Chips[chip];
        var hashRate = IsHashing ? expected.HashRateOf(record) * NewShare : 0;
        return new(record.Clock, hashRate, record.CountedHashRate * NewShare, record.Answers, record.Fault);
    }

    public void TuneChip(int chip, Megahertz? own) => wire.Chips[chip].OwnMegahertz = own?.Value;

    public void Start(TimeSpan now)
    {
        wire.Now = now;
        wire.HoldsWork = false;
        wire.HadEmptyJob = false;
        jobs.Reset();
        clock.Reset();
        reader.Reset();
        stopping = false;
        lost = default;
        Begin(bringUp.Run(), now);
        bringsUp = true;
        state = ChainState.Enumerating;
    }

    public void Stop(TimeSpan now)
    {
        if (state == ChainState.Off)
        {
            return;
        }

        state = ChainState.Off;
        script = null;
        bringsUp = false;
        listens = false;
        stopping = true;
        stopWrites = 0;
        clock.Reset();
        due = now;
    }

    /// <summary>Chips that are to rejoin while others still do are taken up with them, and the range between.</summary>
    public void Rejoin(int firstChip, int count, TimeSpan now)
    {
        if (state == ChainState.Running && count > 0)
        {
            var (first, end) = lost == default ? (firstChip, firstChip + count) : lost;
            lost = (
                Math.Max(Math.Min(first, firstChip), 0),
                Math.Min(Math.Max(end, firstChip + count), wire.Chips.Length));
        }
    }

    public ChainStep Step(TimeSpan now)
    {
        wire.Now = now;
        wire.Clear();
        if (listens && !wire.Inquiry.IsOver(now))
        {
            return new ChainStep { Deadline = EarlierOf(wire.Inquiry.EndsAt, now) };
        }

        if (!listens && now < due)
        {
            return new ChainStep { Deadline = due };
        }

        listens = false;
        wire.Inquiry.Close();
        return Next(now);
    }

    public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
    {
        wire.Now = now;
        reader.Length = wire.AnswerLength;
        while (reader.TryRead(ref received, out var response))
        {
            if (filter.Believes(response, state == ChainState.Running, out found))
            {
                return true;
            }
        }

        found = default;
        return false;
    }

    public int Encode(int slot, in Work work, Span<byte> frame) => jobs.Encode(slot, work, frame);

    private ChainStep Next(TimeSpan now)
    {
        wire.Wrote(state == ChainState.Running ? jobs.TakeKept(wire.Room) : 0);
        if (wire.Outgoing.Length > 0)
        {
            return Send(now, wire.WireTime(wire.Outgoing.Length));
        }

        if (script is { } running)
        {
            script = running.MoveNext() ? running : null;
            Follow();
            return script is null ? Wait(now, TimeSpan.Zero) : Do(running.Current, now);
        }

        return state switch
        {
            ChainState.Ramping or ChainState.Running => Hash(now),
            ChainState.Off when stopping => StopHashing(now),
            _ => Wait(now, Idle),
        };
    }

    /// <summary>Takes over what the bring-up has come to.</summary>
    private void Follow()
    {
        if (bringsUp)
        {
            state = bringUp.State;
            bringsUp = script is not null;
        }

        jobs.Holds = wire.HoldsWork;
        wire.RolledMask = jobs.ToldMask;
    }

    private ChainStep Do(Move move, TimeSpan now)
    {
        listens = move.Listens;
        due = now + move.Pause;
        if (move.DiscardInput)
        {
            reader.Reset();
        }

        return new ChainStep
        {
            DiscardInput = move.DiscardInput,
            Send = wire.Outgoing,
            Baud = move.Baud,
            Deadline = listens ? EarlierOf(wire.Inquiry.EndsAt, now) : due,
        };
    }

    private ChainStep Hash(TimeSpan now)
    {
        if (lost != default)
        {
            var chips = wire.Chips[lost.First..lost.End];
            lost = default;
            Begin(new Rejoining(wire).Run(chips), now);
            return Next(now);
        }

        state = bringUp.IsAnybodyLeft() ? state : ChainState.Failed;
        return state == ChainState.Failed ? Wait(now, Idle)
            : clock.IsSettled(WantedClock) ? Settle(now) : Walk(now);
    }

    private ChainStep Walk(TimeSpan now)
    {
        var pause = clock.Step(WantedClock);
        expected.Update();
        return Send(now, pause);
    }

    /// <summary>The clocks stand where they are wanted.</summary>
    private ChainStep Settle(TimeSpan now)
    {
        if (Array.Exists(wire.Chips, chip => chip is { AfterRampIsDue: true, IsClocked: true }))
        {
            Begin(AfterRamp(), now);
            return Next(now);
        }

        if (state == ChainState.Ramping)
        {
            state = ChainState.Running;
            telemetry.Begin();
        }

        if (Array.Exists(wire.Chips, chip => chip is { LockIsDue: true, IsClocked: true }))
        {
            Begin(new LockCheck(wire).Run(), now);
            return Next(now);
        }

        if (now < telemetry.Due)
        {
            return Wait(now, telemetry.Due - now < Idle ? telemetry.Due - now : Idle);
        }

        telemetry.Ask();
        return Send(now, telemetry.Due - now < Idle ? telemetry.Due - now : Idle);
    }

    private IEnumerable<Move> AfterRamp()
    {
        var setup = new Setup(wire);
        var some = wire.Chips.Where(chip => chip is { AfterRampIsDue: true, IsClocked: true }).ToArray();
        foreach (var step in config.Model.AfterRamp)
        {
            foreach (var move in setup.Run(step, state == ChainState.Ramping ? null : some))
            {
                yield return move;
            }
        }

        foreach (var chip in some)
        {
            chip.AfterRampIsDue = false;
        }

        wire.VersionsRoll = config.Model.RollsVersions;
    }

    private ChainStep StopHashing(TimeSpan now)
    {
        if (wire.ReturnsTo is { } baud)
        {
            return Do(wire.SwitchTo(baud), now); // A rejoin was on its way.
        }

        if (stopWrites >= StopWritesMin && clock.IsDown)
        {
            stopping = false;
            return Wait(now, Idle);
        }

        stopWrites++;
        var pause = clock.StepDown();
        expected.Update();
        return Send(now, pause);
    }

    private void Begin(IEnumerable<Move> moves, TimeSpan now)
    {
        script = moves.GetEnumerator();
        listens = false;
        due = now;
    }

    private ChainStep Send(TimeSpan now, TimeSpan pause)
    {
        due = now + pause;
        return new ChainStep { Send = wire.Outgoing, Deadline = due };
    }

    private ChainStep Wait(TimeSpan now, TimeSpan pause)
    {
        due = now + pause;
        return new ChainStep { Deadline = due };
    }

    private TimeSpan EarlierOf(TimeSpan ends, TimeSpan now) =>
        state == ChainState.Running && now + Listen < ends ? now + Listen : ends;
}
