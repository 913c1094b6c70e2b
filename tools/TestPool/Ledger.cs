namespace TestPool;

/// <summary>What became of every share of every connection, and what it cost. Any thread may write and read.</summary>
public sealed class Ledger
{
    /// <summary>Older verdicts than this many are forgotten; the counters remember them.</summary>
    public const int VerdictsMax = 100_000;

    private readonly Lock gate = new();
    private readonly Queue<ShareVerdict> verdicts = [];
    private readonly Dictionary<string, long> refusals = [];
    private long accepted;
    private long rejected;
    private TimeSpan? lastShareAt;
    private TimeSpan? worstLateness;
    private long late;
    private long bytesIn;
    private long bytesOut;
    private int interruptions;

    /// <summary>What miners sent, as it went over the wire, handshakes included.</summary>
    public long BytesIn => Interlocked.Read(ref bytesIn);

    /// <summary>What the pool sent, as it went over the wire, handshakes included.</summary>
    public long BytesOut => Interlocked.Read(ref bytesOut);

    public long Accepted
    {
        get
        {
            lock (gate)
            {
                return accepted;
            }
        }
    }

    public long Rejected
    {
        get
        {
            lock (gate)
            {
                return rejected;
            }
        }
    }

    /// <summary>Refused shares whose job or channel had ended before they came.</summary>
    public long Late
    {
        get
        {
            lock (gate)
            {
                return late;
            }
        }
    }

    /// <summary>
    /// The longest time between the end of a job, or of a channel, and a share of it; null without any.
    /// </summary>
    public TimeSpan? WorstLateness
    {
        get
        {
            lock (gate)
            {
                return worstLateness;
            }
        }
    }

    /// <summary>How many refusals there were of each code.</summary>
    public KeyValuePair<string, long>[] Refusals
    {
        get
        {
            lock (gate)
            {
                return [.. refusals];
            }
        }
    }

    /// <summary>When the last share came, accepted or not: time since the start; null before the first.</summary>
    public TimeSpan? LastShareAt
    {
        get
        {
            lock (gate)
            {
                return lastShareAt;
            }
        }
    }

    /// <summary>A copy, oldest first.</summary>
    public ShareVerdict[] Verdicts
    {
        get
        {
            lock (gate)
            {
                return [.. verdicts];
            }
        }
    }

    /// <summary>How often a scenario has closed, cut, redirected, moved or stalled something.</summary>
    public int Interruptions => Volatile.Read(ref interruptions);

    public void CountInterruption() => Interlocked.Increment(ref interruptions);

    public void CountIn(int bytes) => Interlocked.Add(ref bytesIn, bytes);

    public void CountOut(int bytes) => Interlocked.Add(ref bytesOut, bytes);

    public void Add(ShareVerdict verdict)
    {
        lock (gate)
        {
            if (verdicts.Count == VerdictsMax)
            {
                _ = verdicts.Dequeue();
            }

            verdicts.Enqueue(verdict);
            lastShareAt = verdict.At;
            if (verdict.Accepted)
            {
                accepted++;
            }
            else
            {
                rejected++;
                Refuse(verdict);
            }
        }
    }

    /// <summary>The verdict on the miner: why shares were refused, and how late the late ones were.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            var codes = refusals.Select(refusal => $"{refusal.Value} {refusal.Key}");
            var worst = worstLateness is { } lateness ? $", at worst {lateness.TotalMilliseconds:0} ms" : "";
            return rejected == 0
                ? "no share was refused"
                : $"refused {string.Join(", ", codes)}: {late} for coming late{worst}, "
                    + $"{rejected - late} for another reason";
        }
    }

    private void Refuse(ShareVerdict verdict)
    {
        refusals[verdict.Code!] = refusals.GetValueOrDefault(verdict.Code!) + 1;
        if (verdict.Lateness is { } lateness)
        {
            late++;
            worstLateness = lateness > worstLateness || worstLateness is null ? lateness : worstLateness;
        }
    }
}
