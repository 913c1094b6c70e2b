namespace TestPool;

/// <summary>What became of every share of every connection, and what it cost. Any thread may write and read.</summary>
public sealed class Ledger
{
    /// <summary>Older verdicts than this many are forgotten; the counters remember them.</summary>
    public const int VerdictsMax = 100_000;

    private readonly Lock gate = new();
    private readonly Queue<ShareVerdict> verdicts = [];
    private long accepted;
    private long rejected;
    private TimeSpan? lastShareAt;
    private long bytesIn;
    private long bytesOut;

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
            }
        }
    }
}
