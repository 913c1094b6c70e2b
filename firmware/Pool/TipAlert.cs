namespace Firmware.Pool;

/// <summary>
/// A template provider that has a new block sends a job for a tip to come and the tip behind it (SV2 reference §8), and
/// pools mostly pass both on as they come. For a moment after such a job the pool's thread therefore looks for the tip
/// without sleeping, for falling asleep and waking up would be half of the tip's way to the chips. In the long run no
/// pool can keep it awake for more than a quarter of the time. A pure step; its owner is one thread.
/// </summary>
internal sealed class TipAlert
{
    /// <summary>The two leave the pool one behind the other.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMilliseconds(2);

    /// <summary>So much at a time after a long rest, and then no more than its share.</summary>
    public static readonly TimeSpan AtOnceMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Rest included, an alert takes so many times what it lasts.</summary>
    public const int Cost = 4;

    private TimeSpan until;
    private TimeSpan paidUntil;

    /// <summary>Now is the moment.</summary>
    public bool IsOn(TimeSpan now) => now < until;

    /// <summary>A job for a tip to come is there, another one perhaps: several channels have several tips.</summary>
    public void Begin(TimeSpan now)
    {
        if (paidUntil - now <= (Cost - 1) * AtOnceMax)
        {
            var more = Lasts - (IsOn(now) ? until - now : TimeSpan.Zero);
            until = now + Lasts;
            paidUntil = (paidUntil > now ? paidUntil : now) + Cost * more;
        }
    }
}
