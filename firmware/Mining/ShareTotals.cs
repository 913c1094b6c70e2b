namespace Firmware.Mining;

/// <summary>What became of all shares since start, over all sessions. Any thread.</summary>
public sealed class ShareTotals
{
    private long accepted;
    private long rejected;
    private long stale;
    private long unconfirmed;
    private long withheld;

    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Refused by the pool for another reason than being late.</summary>
    public long Rejected => Interlocked.Read(ref rejected);

    /// <summary>Refused by the pool as late, or held back for it at the last moment.</summary>
    public long Stale => Interlocked.Read(ref stale);

    /// <summary>Shares whose session ended before the pool had spoken, or that found no session.</summary>
    public long Unconfirmed => Interlocked.Read(ref unconfirmed);

    /// <summary>Good shares that were not sent: the pool's target is too easy, or it would have refused them.</summary>
    public long Withheld => Interlocked.Read(ref withheld);

    public BlockBook Blocks { get; } = new();

    public void CountAccepted(long shares) => Interlocked.Add(ref accepted, shares);

    public void CountRejected() => Interlocked.Increment(ref rejected);

    public void CountStale() => Interlocked.Increment(ref stale);

    public void CountUnconfirmed(long shares) => Interlocked.Add(ref unconfirmed, shares);

    public void CountWithheld() => Interlocked.Increment(ref withheld);
}
