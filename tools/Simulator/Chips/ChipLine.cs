using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>A job frame that reached the chips intact.</summary>
/// <param name="At">On the clock that the line was advanced by: for boards on ptys <see cref="MonotonicClock"/>.</param>
public readonly record struct JobReceived(TimeSpan At, int Slot, BlockHeader Header);

/// <summary>
/// A chain of BM1370s on one serial line: bytes of the host at the host's baud rate in, bytes for the host at the
/// chips' own pace out. Both ways, a rate that does not fit makes garbage.
/// </summary>
internal sealed class ChipLine : IChipWire
{
    private const int BitsPerByte = 10; // start, 8, stop
    private const int JobsKept = 4096;
    private static readonly TimeSpan WedgedPeriod = TimeSpan.FromMilliseconds(46);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(1);

    // A result of a capture, whole and right for a job that nobody sent.
    private static readonly byte[] WedgedFrame = Convert.FromHexString("AA551800A640029922F991");

    private readonly Bm1370[] chips;
    private readonly Faults faults;
    private readonly Random random;
    private readonly double baudTolerance;
    private readonly Queue<(TimeSpan Leaves, byte[] Frame, bool IsResult)> leaving = new();
    private readonly Queue<JobReceived> jobs = new();
    private readonly Lock counting = new();
    private TimeSpan now;
    private TimeSpan lineFree;
    private TimeSpan wedgedAt;
    private bool addressTaken;
    private bool jobCounted;
    private TimeSpan? lastJobAt;
    private bool alive;
    private long jobsReceived;
    private long results;
    private long damagedResults;

    /// <param name="baudTolerance">The largest relative difference at which bytes still arrive whole.</param>
    public ChipLine(int chipCount, int zeroBits, int seed, Faults faults, double baudTolerance)
    {
        this.faults = faults;
        this.baudTolerance = baudTolerance;
        random = new Random(seed);
        chips = new Bm1370[chipCount];
        for (var i = 0; i < chipCount; i++)
        {
            chips[i] = new Bm1370(zeroBits, new Random(seed + i + 1), faults, this);
        }
    }

    /// <summary>The clock of the chip nearest the host; 0 without power or lock.</summary>
    public double Megahertz => alive && Count > 0 ? chips[0].Megahertz : 0;

    public double HashRate => alive ? Present.ToArray().Sum(chip => chip.HashRate) : 0;

    public long JobsReceivedCount => Interlocked.Read(ref jobsReceived);

    /// <summary>Results put on the wire, before any damage.</summary>
    public long Results => Interlocked.Read(ref results);

    /// <summary>How many of them the wire damaged.</summary>
    public long DamagedResults => Interlocked.Read(ref damagedResults);

    /// <summary>True while hashing or with bytes that have not left yet.</summary>
    public bool Busy => leaving.Count > 0 || HashRate > 0 || faults.ChipWedged;

    /// <summary>How far the chips have come.</summary>
    public TimeSpan Now => now;

    public TimeSpan? NextByteLeaves => leaving.TryPeek(out var next) ? next.Leaves : null;

    private int Count => Math.Min(faults.ChipCount ?? chips.Length, chips.Length);

    private Span<Bm1370> Present => chips.AsSpan(0, Count);

    private bool Deaf => !alive || faults.ChipDead || faults.ChipWedged;

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
            foreach (var chip in chips)
            {
                chip.Reset();
            }

            leaving.Clear();
            now = at;
        }

        alive = powered;
    }

    /// <param name="bauds">The host's rates since the last call; where it changed, nobody knows at which byte.</param>
    public void Receive(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> bauds, TimeSpan at)
    {
        now = at > now ? at : now;
        Span<byte> damaged = stackalloc byte[2];
        foreach (var sent in bytes)
        {
            foreach (var received in damaged[..Damage(sent, faults.ToChips, damaged)])
            {
                Hear(received, bauds);
            }
        }
    }

    /// <summary>Lets the chips work until then.</summary>
    public void Advance(TimeSpan until)
    {
        while (now < until)
        {
            var step = until - now < Slice ? until - now : Slice;
            now += step;
            if (!Deaf)
            {
                foreach (var chip in Present)
                {
                    chip.Run(step.TotalSeconds);
                }
            }

            RepeatWhenWedged();
        }
    }

    /// <summary>Passes time over in which nothing is hashed: for a machine that cannot keep up.</summary>
    public void Skip(TimeSpan until) => now = until > now ? until : now;

    /// <summary>The bytes that have left the chips by now, as the host's receiver sees them.</summary>
    public void Transmit(TimeSpan at, int hostBaud, List<byte> received)
    {
        Span<byte> damaged = stackalloc byte[2];
        while (leaving.TryPeek(out var next) && next.Leaves <= at)
        {
            leaving.Dequeue();
            var before = received.Count;
            foreach (var sent in next.Frame)
            {
                received.AddRange(damaged[..Damage(Garble(sent, ChipBaud, hostBaud), faults.FromChips, damaged)]);
            }

            if (next.IsResult && !received.Skip(before).SequenceEqual(next.Frame))
            {
                Interlocked.Increment(ref damagedResults);
            }
        }
    }

    public void Send(ReadOnlySpan<byte> frame, bool isResult)
    {
        if (faults.ChipSilent || faults.ChipDead)
        {
            return;
        }

        if (isResult)
        {
            Interlocked.Increment(ref results);
        }

        var starts = now > lineFree ? now : lineFree;
        lineFree = starts + TimeSpan.FromSeconds(frame.Length * (double)BitsPerByte / Math.Max(ChipBaud, 1));
        leaving.Enqueue((lineFree, frame.ToArray(), isResult));
    }

    public void JobArrived(in BlockHeader header, byte slot)
    {
        if (jobCounted)
        {
            return; // The same frame, at the next chip.
        }

        jobCounted = true;
        Interlocked.Increment(ref jobsReceived);
        lock (counting)
        {
            lastJobAt = now;
            jobs.Enqueue(new JobReceived(now, slot, header));
            if (jobs.Count > JobsKept)
            {
                jobs.Dequeue();
            }
        }
    }

    public bool TakeAddress()
    {
        var free = !addressTaken;
        addressTaken = true;
        return free;
    }

    private int ChipBaud => chips.Length == 0 ? Bm1370.ResetBaud : chips[0].Baud;

    private void Hear(byte received, ReadOnlySpan<int> bauds)
    {
        if (Deaf)
        {
            return;
        }

        addressTaken = false;
        jobCounted = false;
        foreach (var chip in Present)
        {
            var heard = received;
            foreach (var baud in bauds)
            {
                heard = Garble(received, baud, chip.Baud);
                if (Fits(baud, chip.Baud))
                {
                    break;
                }
            }

            chip.Receive(heard);
        }
    }

    private byte Garble(byte sent, int senderBaud, int receiverBaud) =>
        Fits(senderBaud, receiverBaud) ? sent : (byte)random.Next(256);

    private bool Fits(int one, int other) => Math.Abs(one - other) <= baudTolerance * Math.Max(one, other);

    private int Damage(byte sent, WireDamage damage, Span<byte> arrived)
    {
        arrived[0] = random.NextDouble() < damage.FlipRate ? (byte)(sent ^ 1 << random.Next(8)) : sent;
        arrived[1] = arrived[0];
        return random.NextDouble() < damage.DropRate ? 0 : random.NextDouble() < damage.DuplicateRate ? 2 : 1;
    }

    private void RepeatWhenWedged()
    {
        if (alive && faults.ChipWedged && now - wedgedAt >= WedgedPeriod)
        {
            wedgedAt = now;
            Send(WedgedFrame, isResult: true);
        }
    }
}
