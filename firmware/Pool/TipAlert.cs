namespace Firmware.Pool;

/// <summary>
/// A pool sends a job for a tip to come when its node has a new block, and the tip follows at once (SV2 reference §8).
/// Until it does, for a moment, the pool's thread looks for it without sleeping, for falling asleep and waking up would
/// be half of the tip's way to the chips. No pool can keep it awake for more than a quarter of the time. A pure step;
/// its owner is one thread.
/// </summary>
internal sealed class TipAlert
{
    /// <summary>The two leave the pool one behind the other.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMilliseconds(2);

    /// <summary>So much at once after a long rest, and then no more than its share.</summary>
    public static readonly TimeSpan AtOnceMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Rest included, an alert costs so many times what it lasts.</summary>
    public const int Cost = 4;

    private TimeSpan until;
    private TimeSpan paidUntil;

    /// <summary>Now is the moment.</summary>
    public bool IsOn(TimeSpan now) => now < until;

    /// <summary>A job for a tip to come is there.</summary>
    public void Begin(TimeSpan now)
    {
        if (!IsOn(now) && paidUntil - now <= Cost * AtOnceMax)
        {
            until = now + Lasts;
            paidUntil = (paidUntil > now ? paidUntil : now) + Cost * Lasts;
        }
    }

    /// <summary>The tip is there.</summary>
    public void End(TimeSpan now)
    {
        if (IsOn(now))
        {
            paidUntil -= Cost * (until - now);
            until = now;
        }
    }
}
