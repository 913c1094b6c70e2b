using Drivers;

namespace Firmware.Guard;

/// <summary>
/// Whether a reading moves when what heats its metal does, or what cools it. One that stays the same to its last bit
/// is the reading of a sensor that is stuck. Where neither heat nor air changes by itself, it asks for a change of air.
/// Holds no hardware and reads no clock.
/// </summary>
internal sealed class StillReading
{
    /// <summary>A change of the load by half must be felt within this time.</summary>
    public static readonly TimeSpan LoadFeltWithin = TimeSpan.FromMinutes(2);

    /// <summary>A change of the air by <see cref="AirChange"/> must be felt within this time.</summary>
    public static readonly TimeSpan AirFeltWithin = TimeSpan.FromMinutes(1);

    /// <summary>Still for so long with power, it wants to see a change of the air.</summary>
    public static readonly TimeSpan ProbesAfter = TimeSpan.FromMinutes(3);

    /// <summary>Of the fans' full drive: what every metal that is heated feels.</summary>
    public const double AirChange = 0.2;

    /// <summary>What it asks for, so that what it gets is enough.</summary>
    private const double ProbeChange = 0.25;

    /// <summary>Of the greater load.</summary>
    private const double LoadChange = 0.5;

    private Celsius? value;
    private double loadThen;
    private double airThen;
    private double airNow;
    private TimeSpan since;
    private TimeSpan? loadChangedAt;
    private TimeSpan? airChangedAt;
    private bool isHeated;

    /// <summary>Until the reading moves.</summary>
    public bool IsStuck { get; private set; }

    /// <param name="load">What the board draws, in any unit.</param>
    /// <param name="air">What the fans are driven with, 0 to 1; where there are none always the same.</param>
    /// <param name="isLight">So little work that air may change little.</param>
    public void Step(Celsius reading, double load, double air, TimeSpan now, bool isLight = false)
    {
        airNow = air;
        isHeated = load > 0 && !isLight;
        if (reading != value)
        {
            value = reading;
            (loadThen, airThen, since) = (load, airNow, now);
            loadChangedAt = airChangedAt = null;
            IsStuck = false;
            return;
        }

        var isLoadNew = Math.Abs(load - loadThen) > LoadChange * Math.Max(load, loadThen);
        loadChangedAt = isLoadNew ? loadChangedAt ?? now : null;
        var isAirNew = isHeated && Math.Abs(airNow - airThen) >= AirChange;
        airChangedAt = isAirNew ? airChangedAt ?? now : null;
        IsStuck |= now - loadChangedAt >= LoadFeltWithin || now - airChangedAt >= AirFeltWithin;
    }

    /// <summary>What the fans should be driven with to find out, or null.</summary>
    public AirProbe? Probe(TimeSpan now)
    {
        var isMore = airThen + ProbeChange <= 1;
        var isLessAlready = isMore && airNow <= airThen - AirChange;
        return IsStuck || !isHeated || isLessAlready || now - since < ProbesAfter
            ? null
            : new(airThen + (isMore ? ProbeChange : -ProbeChange), isMore);
    }
}

/// <summary>A drive of the fans in which a reading has to be seen.</summary>
/// <param name="IsMore">Than it was seen in: then as much more as anybody likes will do, too.</param>
internal readonly record struct AirProbe(double Duty, bool IsMore);
