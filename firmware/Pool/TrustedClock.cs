using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// The time of the wall clock whenever it is asked for, once it could be trusted: from then on it goes by the
/// monotonic clock. Never set by a pool.
/// </summary>
public sealed class TrustedClock
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    /// <summary>While none is trusted.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private TimeSpan? learntAt;
    private TimeSpan? askedAt;
    private long unixSeconds;

    /// <summary>A look at the wall clock would be welcome: none was trusted yet, or it is a while ago.</summary>
    public bool WantsLook(TimeSpan now) =>
        (learntAt is not { } learnt || now - learnt >= LookEvery) &&
        (askedAt is not { } asked || now - asked >= AskAgainAfter);

    /// <param name="clock">The default where nobody has looked.</param>
    public void Learn(ClockView clock, TimeSpan now)
    {
        askedAt = clock == default ? askedAt : now;
        if (clock.Trusted)
        {
            unixSeconds = clock.UnixSeconds;
            learntAt = now;
        }
    }

    /// <summary>Seconds since 1970, or null while no clock was trusted.</summary>
    public long? UnixSeconds(TimeSpan now) =>
        learntAt is { } at ? unixSeconds + ((now - at).Ticks / TimeSpan.TicksPerSecond) : null;
}
