using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>What the shares of all channels of a session have in common on their way to the pool.</summary>
/// <param name="rejudges">The profile's word on <see cref="RejudgesAtOnce"/>.</param>
/// <param name="habits">What is learnt of it.</param>
internal sealed class SharePath(
    Uplink uplink, ShareTotals totals, int sharesASecondMax, bool rejudges, PoolHabits habits)
{
    /// <summary>
    /// Blocks that pass whatever else is sent. More can only be the work of a pool that calls every share a block.
    /// </summary>
    public const int BlocksASecondMax = 5;

    private readonly SubmitLimiter shares = new(sharesASecondMax);
    private readonly SubmitLimiter blocks = new(BlocksASecondMax);
    private long limited;

    public Uplink Uplink => uplink;

    public ShareTotals Totals => totals;

    /// <summary>
    /// The pool judges the shares of old jobs by its newest target: said in its profile, or learnt from a refusal, in
    /// this session or in one before.
    /// </summary>
    public bool RejudgesAtOnce => rejudges || habits.RejudgesAtOnce;

    /// <summary>Good shares that the limit held back. Any thread.</summary>
    public long Limited => Interlocked.Read(ref limited);

    /// <summary>Goes with every share of an extended channel; empty where the pool takes no names.</summary>
    public ReadOnlyMemory<byte> Worker { get; private set; }

    public void NameWorker(ReadOnlyMemory<byte> worker)
    {
        lock (Uplink.Gate)
        {
            Worker = worker;
        }
    }

    /// <summary>A refusal shows what the pool does.</summary>
    public void LearnThatItRejudges() => habits.RejudgesAtOnce = true;

    /// <summary>False where the pool has been sent enough for now. Under the uplink's lock.</summary>
    public bool TryPass(bool isBlock, TimeSpan now)
    {
        var passes = (isBlock && blocks.TryPass(now)) || shares.TryPass(now);
        Interlocked.Add(ref limited, passes ? 0 : 1);
        return passes;
    }
}
