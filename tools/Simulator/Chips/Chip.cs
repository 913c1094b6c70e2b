namespace Simulator.Chips;

/// <summary>What the chips of a chain share: the wire towards the host, and what is broken.</summary>
internal interface IChipWire
{
    Faults Faults { get; }

    /// <summary>A chip has a frame to send from that moment on.</summary>
    void Send(int chip, ReadOnlySpan<byte> frame, bool isResult, TimeSpan ready);
}

/// <summary>One chip at its pins: enumerated, ungated, enabled and clocked, it answers with work.</summary>
internal sealed class Chip
{
    private const byte MailboxRegister = 0x3C;
    private const byte MailboxReply = 0x40;
    private const byte ErrorRegister = 0x4C;
    private const byte OffsetRegister = 0x0C;
    private const byte SoftResetRegister = 0xA8;
    private const byte VersionRegister = 0xA4;
    private const uint GateBlock = 0x8000;
    private const double HashesPerCount = 1L << 32;
    private static readonly TimeSpan WedgedPeriod = TimeSpan.FromMilliseconds(46);

    private readonly Silicon silicon;
    private readonly int index;
    private readonly Random random;
    private readonly IChipWire wire;
    private readonly uint[] registers = new uint[256];
    private readonly CoreArray cores;
    private readonly HashEngine engine;
    private readonly ChipReplies replies;
    private readonly List<ChipResult> results = [];
    private readonly double[] hashCounters = new double[4];
    private TimeSpan countedAt;
    private bool wedged;
    private TimeSpan wedgedAt;
    private double errorCounter;
    private byte address;
    private bool inactive;
    private Clocking clocking;

    public Chip(Silicon silicon, int index, int zeroBits, int seed, IChipWire wire)
    {
        this.silicon = silicon;
        this.index = index;
        this.wire = wire;
        random = new Random(seed);
        cores = new CoreArray(silicon);
        engine = new HashEngine(silicon, zeroBits);
        replies = new ChipReplies(silicon, index, random, wire);
    }

    /// <summary>Bits per second on its own pins.</summary>
    public int Baud { get; private set; } = Silicon.ResetBaud;

    /// <summary>Whether its core has voltage. Without it the chip neither works nor passes anything on.</summary>
    public bool Powered { get; private set; }

    /// <summary>Whether it would take the next address that comes by.</summary>
    public bool WantsAddress => inactive;

    public double Megahertz => Powered ? clocking.Megahertz : 0;

    /// <summary>Whether any core hashes a job right now.</summary>
    public bool Hashing => Powered && engine.Loaded && clocking.Hashes && !wedged;

    /// <summary>What healthy silicon of this state computes; the simulated part of it is less.</summary>
    public double HashRate => Hashing ? Megahertz * 1e6 * silicon.HashUnits * clocking.Cores.Count / silicon.Cores : 0;

    /// <summary>When it does something by itself next.</summary>
    public TimeSpan NextAt => !Powered ? TimeSpan.MaxValue : wedged ? wedgedAt + WedgedPeriod : engine.NextAt;

    /// <summary>Takes each stretch of nonces that it swept.</summary>
    public Action<Stretch>? Watch
    {
        get => engine.Watch;
        set => engine.Watch = value;
    }

    /// <summary>Voltage and reset: on is everything as it is when NRST rises.</summary>
    public void Supply(bool on, TimeSpan at)
    {
        engine.Drop(at);
        Powered = on;
        Array.Clear(registers);
        foreach (var (register, value) in silicon.PowerOn)
        {
            registers[register] = value;
        }

        cores.Reset();
        replies.Reset();
        Array.Clear(hashCounters);
        (errorCounter, address, inactive, countedAt) = (0, 0, false, at);
        cores.Close();
        Baud = Silicon.ResetBaud;
        Derive(at);
    }

    /// <summary>What is broken has changed.</summary>
    public void BreakOrMend(TimeSpan at)
    {
        var stuck = wire.Faults.ChipWedged || wire.Faults.WedgedChips.Has(index);
        if (stuck != wedged)
        {
            wedged = stuck;
            wedgedAt = at;
        }

        Run(at);
        Derive(at);
    }

    /// <summary>Hashes until then.</summary>
    public void Run(TimeSpan until)
    {
        if (wedged)
        {
            RepeatTheSame(until);
            return;
        }

        engine.Run(until, results);
        foreach (var result in results)
        {
            Report(result);
        }

        results.Clear();
    }

    /// <summary>Sweeps until then without hashing anything.</summary>
    public void Skip(TimeSpan until) => engine.Skip(until);

    /// <summary>Tells the watcher what was swept until now.</summary>
    public void Tell(TimeSpan at)
    {
        Run(at);
        engine.Tell(at);
    }

    /// <param name="job">The job where the command is one.</param>
    public void Obey(in Command command, SiliconJob? job, TimeSpan at)
    {
        if (wedged)
        {
            return;
        }

        Run(at);
        switch (command.Kind)
        {
            case CommandKind.Job:
                TakeJob(job!, at);
                break;
            case CommandKind.ChainInactive:
                inactive = true;
                address = 0;
                break;
            case CommandKind.SetAddress:
                inactive = false;
                address = command.Address;
                break;
            case CommandKind.Read when IsForThis(command):
                Answer(command.Register, Read(command.Register, at), at);
                break;
            case CommandKind.Write when IsForThis(command):
                Write(command.Register, command.Value, at);
                break;
            default:
                break; // A command for another chip.
        }
    }

    private bool IsForThis(in Command command) => command.ToAll || command.Address == address;

    private void TakeJob(SiliconJob job, TimeSpan at)
    {
        if (silicon.NeedsOpenCore && (registers[silicon.Map.Misc] & GateBlock) != 0 && job.IsNull)
        {
            cores.OpenNext();
            Derive(at);
        }

        Count(at);
        engine.Load(job, StartFor(job), address, clocking, at);
        replies.NewJob(job, at);
    }

    /// <summary>Where the counters begin.</summary>
    private uint StartFor(SiliconJob job)
    {
        var offset = registers[OffsetRegister];
        if (silicon.FloatsWithoutOffset)
        {
            return (offset & 0x8000_0000) != 0
                ? (offset & 0xFFFF) << 9
                : (uint)random.NextInt64(silicon.Nonce.CounterMask);
        }

        var asked = silicon.Jobs == JobFormat.Midstates && !silicon.Nonce.HoldsAddress ? job.StartNonce : 0;
        var own = silicon.Nonce.HoldsAddress ? 0 : (uint)address << silicon.StartShift;
        return (asked & silicon.Nonce.CounterMask) + own;
    }

    private void Write(byte register, uint value, TimeSpan at)
    {
        if (register == MailboxRegister)
        {
            if (cores.Obey(value) is { } reply)
            {
                registers[MailboxReply] = reply;
                Answer(MailboxReply, reply, at);
            }
        }
        else
        {
            registers[register] = value;
        }

        if (register == SoftResetRegister && (value & 0x1FF) != 0)
        {
            cores.Reset();
        }

        if (!wire.Faults.BaudWriteIgnored && !wire.Faults.BaudDeafChips.Has(index))
        {
            Baud = silicon.BaudOf(which => registers[which], Baud);
        }

        Derive(at);
        if (register == silicon.Map.Pll && wire.Faults.GarbageOnPllWrite)
        {
            replies.Result(
                new ChipResult(at, 0x58, (uint)random.NextInt64(1L << 32), 0x5A5A, Lane: 5, Excess: 0x3B), address, 0);
        }
    }

    private uint Read(byte register, TimeSpan at)
    {
        Count(at);
        if (register == silicon.Map.Pll)
        {
            return registers[register] & 0x7FFF_FFFF | (clocking.Megahertz > 0 ? 0x8000_0000 : 0);
        }

        if (register == silicon.Map.HashRate)
        {
            return Hashing ? (uint)(HashRate / silicon.HashRateUnit) : 0x007F_FFFF;
        }

        return register switch
        {
            0x00 => Identity,
            ErrorRegister => Counter(errorCounter),
            >= 0x88 and <= 0x8B when silicon.Jobs == JobFormat.FullHeader => Counter(hashCounters[register - 0x88]),
            0x8C when silicon.Jobs == JobFormat.FullHeader => Counter(hashCounters.Sum()),
            _ => registers[register],
        };
    }

    private uint Identity
    {
        get
        {
            var id = wire.Faults.ForeignChips.Has(index) ? wire.Faults.ForeignId : wire.Faults.ChipId ?? silicon.Id;
            return (uint)id << 16 | (uint)silicon.Revision << 8 | address;
        }
    }

    private static uint Counter(double count) => (uint)((ulong)count & uint.MaxValue);

    /// <summary>What the registers mean for the hash units.</summary>
    private void Derive(TimeSpan at)
    {
        Count(at);
        var counting = silicon.Map.HashCounting;
        var stuck = wire.Faults.StuckPlls.Has(index);
        clocking = new Clocking(
            stuck ? 0 : silicon.Megahertz(registers[silicon.Map.Pll]),
            counting is { } register ? registers[register] : 1,
            registers[silicon.Map.Ticket],
            LongReplies ? (int)(registers[VersionRegister] & 0xFFFF) : 0,
            Powered && !wire.Faults.DeadCores.Has(index)
                ? cores.Open(
                    registers[silicon.Map.Misc],
                    wire.Faults.DeadQuarters.Has(index) ? wire.Faults.DeadQuarter : null)
                : CoreSet.Empty);
        replies.AreLong = LongReplies;
        engine.Change(clocking, at);
    }

    /// <summary>The version roller also makes every reply two bytes longer.</summary>
    private bool LongReplies =>
        silicon.Jobs == JobFormat.FullHeader && (registers[VersionRegister] & 0x8000_0000) != 0;

    private void Count(TimeSpan at)
    {
        var seconds = (at - countedAt).TotalSeconds;
        countedAt = at;
        if (!Hashing || seconds <= 0)
        {
            return;
        }

        for (var quarter = 0; quarter < 4; quarter++)
        {
            var cores = 0;
            for (var core = quarter * silicon.Cores / 4; core < (quarter + 1) * silicon.Cores / 4; core++)
            {
                cores += clocking.Cores.Has((uint)core) ? 1 : 0;
            }

            hashCounters[quarter] +=
                Megahertz * 1e6 * silicon.HashUnits * cores / silicon.Cores * seconds / HashesPerCount;
        }
    }

    /// <summary>Signals that run late are lost: past a chip's own limit errors rise steeply.</summary>
    private double WrongShare => wire.Faults.WeakChips.Has(index)
        ? Math.Clamp(10 * (Megahertz / wire.Faults.WeakAboveMegahertz - 1), wire.Faults.HardwareErrorRate, 1)
        : wire.Faults.HardwareErrorRate;

    private void Report(ChipResult result)
    {
        if (WrongShare is > 0 and var wrong && random.NextDouble() < wrong)
        {
            result = result with { Nonce = result.Nonce ^ 1u << random.Next(24) };
            errorCounter++;
        }

        replies.Result(result, address, engine.Midstates);
    }

    private void Answer(byte register, uint value, TimeSpan at) => replies.Register(register, value, address, at);

    private void RepeatTheSame(TimeSpan until)
    {
        while (Powered && wedgedAt + WedgedPeriod <= until)
        {
            wedgedAt += WedgedPeriod;
            replies.Wedged(wedgedAt);
        }
    }
}
