namespace TestPool;

/// <summary>What became of every share of every connection. Any thread may write and read.</summary>
public sealed class Ledger
{
    /// <summary>Older verdicts than this many are forgotten; the counters remember them.</summary>
    public const int VerdictsMax = 100_000;

    private readonly Lock gate = new();
    private readonly Queue<ShareVerdict> verdicts = [];
    private long accepted;
    private long rejected;
    private TimeSpan? lastShareAt;

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

    /// <summary>When the last share came, accepted or not, as time since the pool started; null before the first.</summary>
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
            }
        }
    }
}
