namespace Firmware.Pool;

/// <summary>How often one pool may send us elsewhere, or back to itself (SV2 reference §4.10).</summary>
internal sealed class RedirectPace
{
    /// <summary>So often …</summary>
    public const int Max = 3;

    /// <summary>… within this time.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    /// <summary>And never sooner after the one before; jitter comes on top.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    private const double JitterMax = 0.5;

    private readonly Queue<TimeSpan> followed = new(Max);
    private TimeSpan? last;

    /// <summary>False where it has asked too often; else it counts.</summary>
    /// <param name="earliest">When the pool may be tried at all.</param>
    /// <param name="random">From 0 to 1: devices that were sent away together must not arrive together.</param>
    /// <param name="notBefore">When to follow.</param>
    public bool TryFollow(TimeSpan now, TimeSpan earliest, double random, out TimeSpan notBefore)
    {
        while (followed.TryPeek(out var oldest) && now - oldest >= Within)
        {
            followed.Dequeue();
        }

        notBefore = Later(now, earliest);
        notBefore = last is { } before ? Later(notBefore, before + (Apart * (1 + (JitterMax * random)))) : notBefore;
        if (followed.Count >= Max)
        {
            return false;
        }

        last = notBefore;
        followed.Enqueue(notBefore);
        return true;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
