using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>A job frame that reached the chips intact.</summary>
/// <param name="At">On the clock that the line is advanced by: for boards on ptys <see cref="MonotonicClock"/>.</param>
/// <param name="Slot">The id in it, without the bits that the model leaves to the chips.</param>
/// <param name="Header">Of a midstate job only what follows the first 64 bytes.</param>
public readonly record struct JobReceived(TimeSpan At, int Slot, BlockHeader Header);

/// <summary>
/// A chain of chips on one serial line: bytes of the host at the host's rate in, bytes for the host at the chips' own
/// pace out. Both ways, a rate that does not fit makes garbage.
/// </summary>
internal sealed class ChipLine : IChipWire
{
    private const int JobsKept = 4096;

    private readonly ChainPlan plan;
    private readonly Chip[] chips;
    private readonly Random random;
    private readonly ReplyLine replies;
    private readonly Dictionary<int, CommandParser> ears = []; // One for all chips that hear at the same rate.
    private readonly TimeSpan[] listensFrom;
    private readonly Queue<JobReceived> jobs = new();
    private readonly Lock counting = new();
    private readonly byte[] damaged = new byte[2];
    private TimeSpan now;
    private TimeSpan? lastJobAt;
    private bool alive;
    private int brokenness = -1;
    private long jobsReceived;

    public ChipLine(ChainPlan plan, Faults faults)
    {
        this.plan = plan;
        Faults = faults;
        random = new Random(plan.Seed);
        chips = new Chip[plan.Chips];
        listensFrom = new TimeSpan[plan.Chips];
        for (var i = 0; i < chips.Length; i++)
        {
            chips[i] = new Chip(plan.At(i), i, plan.ZeroBits, plan.Seed + i + 1, this);
        }

        replies = new ReplyLine(plan, faults, random);
    }

    public Faults Faults { get; }

    /// <summary>Takes each stretch of nonces that a chip swept, with the chip's place.</summary>
    public SearchSpace? Watcher
    {
        get;
        set
        {
            field = value;
            for (var i = 0; i < chips.Length; i++)
            {
                var chip = i;
                chips[i].Watch = static _ => { };
                chips[i].Tell(now); // What was before is not of interest.
                chips[i].Watch = value is null ? null : stretch => value.Add(chip, stretch);
            }
        }
    }

    /// <summary>The clock of the chip nearest the host; 0 without power or lock.</summary>
    public double Megahertz => Count > 0 ? chips[0].Megahertz : 0;

    public double HashRate
    {
        get
        {
            var sum = 0.0;
            foreach (var chip in Present)
            {
                sum += chip.HashRate;
            }

            return Faults.ChipDead ? 0 : sum;
        }
    }

    /// <summary>The chips' clocks times their hash units: what they draw power for.</summary>
    public double ClockedUnits
    {
        get
        {
            var sum = 0.0;
            foreach (var chip in Present)
            {
                sum += chip.Megahertz * plan.Silicon.HashUnits;
            }

            return sum;
        }
    }

    public long JobsReceivedCount => Interlocked.Read(ref jobsReceived);

    /// <summary>Results put on the wire, before any damage.</summary>
    public long Results => replies.Results;

    /// <summary>How many of them the wire damaged.</summary>
    public long DamagedResults => replies.DamagedResults;

    /// <summary>True while hashing or with bytes that have not left yet.</summary>
    public bool Busy => replies.NextLeaves is not null || NextAt < TimeSpan.MaxValue;

    /// <summary>How far the chips have come.</summary>
    public TimeSpan Now => now;

    public TimeSpan? NextByteLeaves => replies.NextLeaves;

    /// <summary>When the newest job reached the chips; null before the first.</summary>
    public TimeSpan? LastJobAt
    {
        get
        {
            lock (counting)
            {
                return lastJobAt;
            }
        }
    }

    /// <summary>When a chip does something by itself next.</summary>
    public TimeSpan NextAt
    {
        get
        {
            var next = Faults.NextBrownOutAt;
            foreach (var chip in Present)
            {
                next = chip.NextAt < next ? chip.NextAt : next;
            }

            return next;
        }
    }

    private int Count => Math.Min(Faults.ChipCount ?? chips.Length, chips.Length);

    private Span<Chip> Present => chips.AsSpan(0, Count);

    /// <summary>The newest jobs, oldest first.</summary>
    public JobReceived[] Jobs()
    {
        lock (counting)
        {
            return [.. jobs];
        }
    }

    /// <param name="powered">Whether the chips have power and no reset.</param>
    /// <param name="wasReset">Whether that was not so at some time since the last call.</param>
    public void Supply(bool powered, bool wasReset, TimeSpan at)
    {
        if (wasReset || powered != alive)
        {
            for (var i = 0; i < chips.Length; i++)
            {
                SupplyChip(i, on: false, at);
            }

            replies.Clear();
            ears.Clear();
            now = at;
        }

        alive = powered;
        Settle(at);
    }

    /// <param name="bauds">The host's rates since the last call; where it changed, nobody knows at which byte.</param>
    /// <param name="at">When the last of the bytes is whole.</param>
    public void Receive(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> bauds, TimeSpan at)
    {
        now = at > now ? at : now;
        Settle(now);
        foreach (var sent in bytes)
        {
            var count = Faults.ToChips.Damage(sent, damaged, random);
            for (var i = 0; i < count && alive && !Faults.ChipDead; i++)
            {
                Hear(damaged[i], bauds);
            }
        }
    }

    /// <summary>Lets the chips work until then.</summary>
    public void Advance(TimeSpan until)
    {
        if (until < now)
        {
            return;
        }

        do
        {
            Settle(now);
            var turn = Faults.NextBrownOutAt;
            now = turn > now && turn < until ? turn : until;
            foreach (var chip in Present)
            {
                if (chip.NextAt <= now)
                {
                    chip.Run(now);
                }
            }
        }
        while (now < until);
    }

    /// <summary>Passes time over in which nothing is hashed: for a machine that cannot keep up.</summary>
    public void Skip(TimeSpan until)
    {
        if (until <= now)
        {
            return;
        }

        foreach (var chip in Present)
        {
            chip.Skip(until);
        }

        Advance(until);
    }

    /// <summary>Tells the watcher what was swept until now.</summary>
    public void Tell()
    {
        foreach (var chip in Present)
        {
            chip.Tell(now);
        }
    }

    /// <summary>The bytes that have left the chips by now, as the host's receiver sees them.</summary>
    public void Transmit(TimeSpan at, int hostBaud, List<byte> received) =>
        replies.Transmit(at, hostBaud, Reach, received);

    public void Send(int chip, ReadOnlySpan<byte> frame, bool isResult, TimeSpan ready)
    {
        if (!Faults.ChipSilent && !Faults.ChipDead && !Faults.MuteChips.Has(chip))
        {
            replies.Enqueue(chip, frame, isResult, ready, chips[chip].Baud);
        }
    }

    /// <summary>Chips before this one are connected: the way to the others leads through one without power.</summary>
    private int Reach
    {
        get
        {
            var reach = Math.Min(Count, Faults.BrokenAfter ?? Count);
            for (var i = 0; i < reach; i++)
            {
                if (!chips[i].Powered)
                {
                    return i;
                }
            }

            return reach;
        }
    }

    /// <summary>Makes the chips be what the supply and the faults say they are at this moment.</summary>
    private void Settle(TimeSpan at)
    {
        Faults.Pass(at);
        if (brokenness == Faults.Revision)
        {
            return;
        }

        brokenness = Faults.Revision;
        for (var i = 0; i < chips.Length; i++)
        {
            var on = alive && !Faults.IsWithoutPower(i / plan.PerDomain);
            if (on != chips[i].Powered)
            {
                SupplyChip(i, on, at);
            }

            chips[i].BreakOrMend(at);
        }
    }

    private void SupplyChip(int chip, bool on, TimeSpan at)
    {
        chips[chip].Run(at);
        chips[chip].Supply(on, at);
        listensFrom[chip] = at;
        replies.Drop(chip);
        brokenness = -1;
    }

    /// <summary>Each rate that some chip listens at makes its own sense of a byte.</summary>
    private void Hear(byte received, ReadOnlySpan<int> bauds)
    {
        var reach = Reach;
        Span<int> heard = stackalloc int[4];
        var rates = 0;
        for (var i = 0; i < reach; i++)
        {
            var rate = chips[i].Baud;
            if (rates < heard.Length && heard[..rates].IndexOf(rate) < 0)
            {
                heard[rates++] = rate;
            }
        }

        foreach (var rate in heard[..rates])
        {
            HearAt(rate, Arrived(received, bauds, rate), reach);
        }
    }

    private byte Arrived(byte sent, ReadOnlySpan<int> bauds, int rate)
    {
        foreach (var baud in bauds)
        {
            if (replies.Fits(baud, rate))
            {
                return sent;
            }
        }

        return (byte)random.Next(256);
    }

    private void HearAt(int rate, byte received, int reach)
    {
        if (!ears.TryGetValue(rate, out var ear))
        {
            ears[rate] = ear = new CommandParser(plan.Silicon);
        }

        if (ear.Push(received, now, out var body))
        {
            Obey(ear.Read(body), body, rate, ear.FrameBegan, reach);
        }
    }

    private void Obey(in Command command, ReadOnlySpan<byte> body, int rate, TimeSpan began, int reach)
    {
        var job = command.Kind == CommandKind.Job ? new SiliconJob(plan.Silicon, body) : null;
        var taken = false;
        for (var i = 0; i < reach; i++)
        {
            var chip = chips[i];
            if (chip.Baud != rate || listensFrom[i] > began || (job is not null && plan.IsStranger(i)))
            {
                continue; // It woke, or came to this rate, in the middle of the frame; or makes nothing of it.
            }

            var at = now + plan.RelayDelay * i;
            if (command.Kind == CommandKind.SetAddress)
            {
                if (chip.WantsAddress)
                {
                    chip.Obey(command, null, at);
                    break; // It keeps the address for itself.
                }

                continue;
            }

            chip.Obey(command, job, at);
            listensFrom[i] = chip.Baud == rate ? listensFrom[i] : now;
            taken = true;
        }

        if (job is not null && taken)
        {
            JobArrived(job);
        }
    }

    private void JobArrived(SiliconJob job)
    {
        Interlocked.Increment(ref jobsReceived);
        lock (counting)
        {
            lastJobAt = now;
            jobs.Enqueue(new JobReceived(now, job.Id >> plan.Silicon.SlotShift, job.Header));
            if (jobs.Count > JobsKept)
            {
                jobs.Dequeue();
            }
        }
    }
}
