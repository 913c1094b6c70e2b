using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>What the shares of all channels of a session have in common on their way to the pool.</summary>
/// <param name="rejudges">See <see cref="RejudgesAtOnce"/>.</param>
internal sealed class SharePath(Uplink uplink, ShareTotals totals, int sharesASecondMax, bool rejudges)
{
    /// <summary>
    /// Blocks that pass whatever else is sent. More can only be the work of a pool that calls every share a block.
    /// </summary>
    public const int BlocksASecondMax = 5;

    private readonly SubmitLimiter shares = new(sharesASecondMax);
    private readonly SubmitLimiter blocks = new(BlocksASecondMax);

    public Uplink Uplink => uplink;

    public ShareTotals Totals => totals;

    /// <summary>
    /// The pool judges the shares of old jobs by its newest target: said in its profile, or learnt from a refusal.
    /// </summary>
    public bool RejudgesAtOnce { get; set; } = rejudges;

    /// <summary>Goes with every share of an extended channel; empty where the pool takes no names.</summary>
    public ReadOnlyMemory<byte> Worker { get; private set; }

    public void NameWorker(ReadOnlyMemory<byte> worker)
    {
        lock (Uplink.Gate)
        {
            Worker = worker;
        }
    }

    /// <summary>False where the pool has been sent enough for now. Under the uplink's lock.</summary>
    public bool TryPass(bool isBlock, TimeSpan now) => (isBlock && blocks.TryPass(now)) || shares.TryPass(now);
}
