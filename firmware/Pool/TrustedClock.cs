using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// The time of the wall clock whenever it is asked for, once it could be trusted: from then on it goes by the
/// monotonic clock. Never set by a pool.
/// </summary>
public sealed class TrustedClock
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private TimeSpan? learntAt;
    private long unixSeconds;

    /// <summary>A look at the wall clock would be welcome: none was trusted yet, or it is a while ago.</summary>
    public bool WantsLook(TimeSpan now) => learntAt is not { } at || now - at >= LookEvery;

    public void Learn(ClockView clock, TimeSpan now)
    {
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
