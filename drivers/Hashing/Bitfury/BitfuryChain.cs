namespace Drivers.Hashing.Bitfury;

/// <summary>
/// A chain of Bitfury chips on SPI. Each step that is due sends one pass over the whole chain, and what comes back for
/// it is as long as what went out. Every chip searches all nonces of a work by itself, so each has a work of its own.
/// </summary>
/// <remarks>
/// <code>
/// Off ─Start─► Enumerating (settings at the slowest clock, then the results: who is there?) ─► Running ─Stop─► Off
///                   │ another count than the board's                                             │ nobody answers
///                   └──────────────────────────────► Failed ◄────────────────────────────────────┘
/// </code>
/// A chip does not say which work a result belongs to, nor quite which nonce it means: the chain hashes what it may be,
/// and claims what fits. What fits nothing, read twice, is claimed as it stands, so that the miner counts it as the
/// error it is.
/// </remarks>
public sealed class BitfuryChain : IHashChain
{
    private const int WorksPerChip = 16;
    private const int SlotsMin = 32;
    private const int CountTries = 3;
    private const int LostMax = 3;
    private const int StopPasses = 3; // Nothing confirms them.

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookForAnswer = TimeSpan.FromMilliseconds(10);

    /// <summary>After a new tip, how long a pass waits for works for all chips.</summary>
    private static readonly TimeSpan GatherMax = TimeSpan.FromMilliseconds(25);

    private readonly BitfuryConfig config;
    private readonly WorkMemory memory;
    private readonly WorkInbox inbox = new();
    private readonly WorkQueue queue;
    private readonly FoundQueue found;
    private readonly ChainNote note;
    private readonly BitfuryChip[] chips;
    private readonly ChipCount count;
    private readonly Pass pass;
    private ChainState state;
    private int lost;
    private int tries;
    private int stopsLeft;
    private bool probing;
    private TimeSpan due;
    private TimeSpan? urgentSince;
    private long answers;
    private string? fault;
    private volatile bool running;
    private volatile int wanting;
    private long lifetimeTicks;

    public BitfuryChain(BitfuryConfig config)
    {
        this.config = config;
        Slots = Math.Max(SlotsMin, WorksPerChip * config.Chips);
        memory = new WorkMemory(Slots);
        queue = new WorkQueue(2 * Slots, memory);
        found = new FoundQueue(config.Chips);
        var target = Targets.FromZeroBits(config.ZeroBits);
        chips = new BitfuryChip[config.Chips];
        for (var i = 0; i < chips.Length; i++)
        {
            chips[i] = new BitfuryChip(i, config, memory, target);
        }

        count = new ChipCount(config.Chips, memory);
        note = new ChainNote(chips);
        pass = new Pass((config.Chips + 1) * Commands.PerChipMax);
        WantedClock = Oscillator.Clock(config.OscillatorBits);
    }

    public int Slots { get; }

    /// <summary>These chips take a midstate and roll nothing but the nonce.</summary>
    public int RolledBits => 0;

    public int ChipsPerDomain => 1;

    /// <summary>Works are kept for the next pass, and never written to the caller's frame.</summary>
    /// <summary>Their places on the grid are known, and not which of them fail together.</summary>
    public int Cores => 1;

    public int JobFrameSize => 0;

    public int ReportedZeroBits => config.ZeroBits;

    public ChainStatus Status => new(
        state,
        count.Chips,
        state == ChainState.Running ? Oscillator.Clock(WantedBits) : default,
        HashRate,
        answers,
        chips.Sum(chip => chip.Health.DamagedAnswers),
        pass.Skipped,
        fault,
        state == ChainState.Running ? note.Text : null);

    /// <summary>The chips take the most <see cref="Oscillator"/> bits that are not above it.</summary>
    public Megahertz WantedClock { get; set; }

    /// <summary>
    /// How soon more work is wanted: at once while a chip has none to go on with, else when one will have been through
    /// its nonces.
    /// </summary>
    public TimeSpan JobLifetime => !running ? TimeSpan.Zero
        : wanting > inbox.Count ? new TimeSpan(1)
        : new TimeSpan(Volatile.Read(ref lifetimeTicks));

    /// <summary>How often chips had to be set up again, in all.</summary>
    public long SettingsRepeated => chips.Sum(chip => chip.Health.SetUps);

    /// <summary>Hashes per second of the whole chain at the clock of its config, as far as that is known.</summary>
    public double NominalHashRate =>
        chips.Length * Rate(chips[0], Oscillator.Clock(config.OscillatorBits));

    private int WantedBits => Oscillator.BitsFor(WantedClock) ?? Oscillator.SlowestBits;

    private double HashRate => state == ChainState.Running ? chips.Sum(Expected) : 0;

    public ChipStatus Chip(int chip)
    {
        var one = chips[chip];
        return new(
            Oscillator.Clock(Math.Max(one.Bits, Oscillator.SlowestBits)),
            state == ChainState.Running ? Expected(one) : 0,
            one.MeasuredClock is { } clock ? Rate(one, clock) : null,
            Answers: !one.Health.IsOut,
            note.FaultOf(chip));
    }

    public void Start(TimeSpan now)
    {
        foreach (var chip in chips)
        {
            chip.Reset();
        }

        queue.Clear();
        found.Clear();
        pass.GiveUp();
        (lost, tries, fault) = (0, 0, null);
        (probing, running) = (true, false);
        state = ChainState.Enumerating;
        due = now;
    }

    public void Stop(TimeSpan now)
    {
        if (state != ChainState.Off)
        {
            stopsLeft = StopPasses;
        }

        state = ChainState.Off;
        running = false;
        pass.GiveUp();
        due = now;
    }

    /// <summary>Chips that err are told other bits by the chain itself, where the board file says so.</summary>
    public void TuneChip(int chip, Megahertz? own)
    {
    }

    public void Rejoin(int firstChip, int count, TimeSpan now)
    {
        if (state == ChainState.Running)
        {
            foreach (var chip in chips.AsSpan(firstChip, count))
            {
                chip.Rejoin();
            }
        }
    }

    public ChainStep Step(TimeSpan now)
    {
        TakeIn(now);
        if (pass.IsOut)
        {
            if (now < pass.AnswerBy)
            {
                return new ChainStep { Deadline = now + LookForAnswer };
            }

            Lose();
        }

        if (now < NextPass)
        {
            return new ChainStep { Deadline = NextPass };
        }

        return state switch
        {
            ChainState.Enumerating => Enumerate(now),
            ChainState.Running => Hash(now),
            ChainState.Off when stopsLeft > 0 => StopHashing(now),
            _ => Wait(now),
        };
    }

    public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
    {
        if (pass.TakeIn(received))
        {
            lost = 0;
            Hear(pass.Answer, now);
        }

        received = [];
        return this.found.TryTake(out found);
    }

    public int Encode(int slot, in Work work, Span<byte> frame)
    {
        _ = inbox.TryAdd(slot, work);
        return 0;
    }

    /// <summary>A new tip goes out as soon as there is work for every chip, other passes at their time.</summary>
    private TimeSpan NextPass => urgentSince is { } since && running
        ? Earlier(due, queue.Count >= wanting ? since : since + GatherMax)
        : due;

    private void TakeIn(TimeSpan now)
    {
        while (inbox.TryTake(out var slot, out var work))
        {
            if (queue.Add(memory.Put(slot, work), work.Header.PreviousHash))
            {
                urgentSince = now;
                foreach (var chip in chips)
                {
                    chip.Works.Want();
                }
            }
        }

        CountWanting();
    }

    private void CountWanting()
    {
        var chipsWanting = 0;
        foreach (var chip in chips)
        {
            chipsWanting += chip.Works.IsWanting && !chip.Health.IsOut ? 1 : 0;
        }

        wanting = Math.Max(0, chipsWanting - queue.Count);
    }

    private ChainStep Enumerate(TimeSpan now)
    {
        var commands = new Commands(pass.Outgoing);
        count.Write(ref commands, probing);
        return Send(commands.Length, now);
    }

    private ChainStep Hash(TimeSpan now)
    {
        urgentSince = null;
        queue.HandOut(chips, now);
        CountWanting();
        var bits = WantedBits;
        var commands = new Commands(pass.Outgoing);
        foreach (var chip in chips)
        {
            commands.NextChip();
            chip.Write(ref commands, bits);
        }

        return Send(commands.Length, now);
    }

    private ChainStep StopHashing(TimeSpan now)
    {
        stopsLeft--;
        var commands = new Commands(pass.Outgoing);
        for (var i = 0; i < chips.Length; i++)
        {
            commands.NextChip();
            Settings.WriteClock(ref commands, on: false);
        }

        return Send(commands.Length, now);
    }

    private void Hear(ReadOnlySpan<byte> answer, TimeSpan now)
    {
        switch (state)
        {
            case ChainState.Enumerating when probing:
                probing = false; // What came back is what stood there before the settings.
                break;
            case ChainState.Enumerating:
                CountChips(answer, now);
                break;
            case ChainState.Running:
                HearChips(answer, now);
                break;
        }
    }

    private void CountChips(ReadOnlySpan<byte> answer, TimeSpan now)
    {
        count.Hear(answer);
        if (count.Chips == config.Chips)
        {
            state = ChainState.Running;
            running = true;
            due = now;
            CountWanting();
            SetLifetime();
        }
        else if (++tries < CountTries)
        {
            probing = true;
        }
        else
        {
            Fail(count.Fault);
        }
    }

    private void HearChips(ReadOnlySpan<byte> answer, TimeSpan now)
    {
        answers++;
        var mute = 0;
        foreach (var chip in chips)
        {
            chip.Hear(answer, now, found);
            mute += chip.Health.IsOut ? 1 : 0;
        }

        SetLifetime();
        CountWanting();
        note.Update();
        if (mute == chips.Length)
        {
            Fail(ChainFaults.Silent(answer));
        }
    }

    private void SetLifetime()
    {
        var fastest = Oscillator.Clock(Oscillator.SlowestBits).Value;
        foreach (var chip in chips)
        {
            fastest = Math.Max(fastest, chip.ExpectedClock.Value);
        }

        var range = (double)ResultWord.CounterRange * ResultWord.ClocksPerHash / (fastest * 1e6);
        Volatile.Write(ref lifetimeTicks, TimeSpan.FromSeconds(range).Ticks);
    }

    private void Lose()
    {
        pass.GiveUp();
        if (++lost >= LostMax)
        {
            Fail(ChainFaults.PortSilent(pass.Heard, LostMax));
        }
    }

    private void Fail(string what)
    {
        fault = what;
        state = ChainState.Failed;
        running = false;
    }

    private ChainStep Send(int length, TimeSpan now)
    {
        due = now + config.PollEvery;
        return new ChainStep { Send = pass.Send(length, now), DiscardInput = true, Deadline = due };
    }

    private ChainStep Wait(TimeSpan now)
    {
        due = now + Idle;
        return new ChainStep { Deadline = due };
    }

    private double Expected(BitfuryChip chip) => chip.Health.IsOut ? 0 : Rate(chip, chip.ExpectedClock);

    private double Rate(BitfuryChip chip, Megahertz clock) =>
        clock.Value * 1e6 * ResultWord.Cores(chip.Generation) / ResultWord.ClocksPerHash
        * Math.ScaleB(1, config.ZeroBits - BitfuryConfig.SiliconZeroBits);

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
