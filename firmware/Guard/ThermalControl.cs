using Drivers;
using Drivers.Sensors;

namespace Firmware.Guard;

/// <summary>How hard the chips may work. The default is not at all.</summary>
public enum Hashing : byte
{
    Off,

    /// <summary>Something is critical: the clock has to go down.</summary>
    Reduced,
    Full,
}

/// <summary>Why a temperature, or the lack of one, ends the work until a person has looked.</summary>
public enum ThermalTrip : byte
{
    None,

    /// <summary>Metal is too hot, whether or not the rail is on.</summary>
    Heat,

    /// <summary>Nobody knows how hot it is: a reason to cut power, and none where there is no power.</summary>
    Silence,
}

/// <summary>How much too hot the board is, for whoever lowers the clock.</summary>
/// <param name="Above">°C above the temperature from which the clock goes down; negative where there is room.</param>
/// <param name="Severity">0 at critical and 1 where the power is cut, of the sensor that is nearest to that.</param>
/// <param name="Hottest">The sensor, in words.</param>
public readonly record struct HeatState(double Above, double Severity, string Hottest)
{
    /// <summary>Nothing is known to be hot.</summary>
    public static readonly HeatState None = new(double.NegativeInfinity, double.NegativeInfinity, "");
}

/// <summary>What is asked of the cooling beside the limits of the sensors.</summary>
/// <param name="Fixed">Turn at this, until something is halfway between its target and critical.</param>
/// <param name="Floor">Never turn slower, if that is more than the board's own.</param>
/// <param name="Load">What the board draws, in any unit; a change of it must show in the temperatures.</param>
public readonly record struct CoolingDemand(DutyCycle? Fixed = null, DutyCycle Floor = default, double Load = 0)
{
    /// <summary>The chips do so little that a change of the air need not show.</summary>
    public bool IsLight { get; init; }
}

/// <summary>What to do, and why: the reason goes into the log, the status page and the tests.</summary>
public readonly record struct ThermalDecision(
    DutyCycle Fans, Hashing Hashing, string Reason, ThermalTrip Trip = ThermalTrip.None)
{
    /// <summary>Meaningful while hashing is not off.</summary>
    public HeatState Heat { get; init; } = HeatState.None;
}

/// <summary>
/// Decides fan speed and hashing from temperatures: the sensor nearest to its limits rules. Holds no hardware and
/// reads no clock. A silent sensor is assumed to heat, so that its loss needs no rule of its own.
/// </summary>
/// <param name="sensors">Readings are given in this order.</param>
/// <param name="dutyMin">What the fans turn at where nothing needs cooling; null where there are none.</param>
public sealed class ThermalControl(IReadOnlyList<ThermalLimits> sensors, DutyCycle? dutyMin)
{
    /// <summary>How long all sensors of one heat source may be silent.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    /// <summary>How long one of several may be silent, however cool it was.</summary>
    public static readonly TimeSpan LoneSilenceMax = TimeSpan.FromSeconds(60);

    /// <summary>Whatever a board file says, fans that cool chips turn at least so fast.</summary>
    public static readonly DutyCycle DutyLeast = new(0.25);

    /// <summary>So far below critical, in °C, a board is not critical any more.</summary>
    public const double Hysteresis = 3;

    private const int HotSamplesMax = 2;
    private const double ProportionalPerDegree = 0.05;
    private const double IntegralPerDegreeSecond = 0.002;
    private const double DerivativeSeconds = 0.2;
    private const double SlopeSeconds = 5;
    private const double IntegralAtStart = 0.35;
    private const double SlowDownPerSecond = 0.05;
    private const double StepSecondsMax = 2;
    private const double AsGoodAsFull = 0.99;

    private readonly ThermalChannel[] channels = [.. sensors.Select(limits => new ThermalChannel(limits))];
    private readonly double dutyLeast = Math.Max(dutyMin?.Fraction ?? 0, DutyLeast.Fraction);
    private double integral = IntegralAtStart;
    private double? lastError;
    private double slope;
    private double duty = 1;
    private TimeSpan lastStep;
    private bool critical;

    /// <summary>From now on other limits hold; in the order of the sensors.</summary>
    public void Use(IReadOnlyList<ThermalLimits> limits)
    {
        for (var i = 0; i < channels.Length; i++)
        {
            channels[i].Limits = limits[i];
        }
    }

    /// <summary>Whatever it said, the fans were driven fully: from there they slow down step by step.</summary>
    public void DrivenFull() => duty = 1;

    /// <param name="readings">One for each sensor, always in the same order.</param>
    /// <param name="now">Time since start; it never runs backwards.</param>
    public ThermalDecision Step(
        ReadOnlySpan<SensorReading> readings, TimeSpan now, CoolingDemand demand = default)
    {
        var seconds = Math.Clamp((now - lastStep).TotalSeconds, 0, StepSecondsMax);
        lastStep = now;
        for (var i = 0; i < channels.Length; i++)
        {
            channels[i].Take(
                readings[i],
                HottestOf(channels[i].Limits.HeatSource, readings),
                demand.Load,
                dutyMin is null ? 0 : duty,
                now,
                demand.IsLight);
        }

        if (channels.Length == 0)
        {
            return new(new(dutyLeast), Hashing.Full, "no temperature is watched: the board file names none");
        }

        if (Array.Find(channels, channel => channel.Assumed is null) is { } unread)
        {
            return FullFans(Hashing.Off, $"waiting for a first reading of the sensor '{unread.Limits.Name}'");
        }

        return Overheated() ?? Silent(now) ?? Cool(demand, seconds, now) with
        {
            Heat = Heat(demand.Fixed is not null || duty >= AsGoodAsFull),
        };
    }

    private ThermalDecision? Overheated()
    {
        foreach (var channel in channels)
        {
            if (channel.HotSamples >= HotSamplesMax || channel.Assumed >= channel.Limits.Instant)
            {
                return channel.IsFresh
                    ? FullFans(Hashing.Off, $"overheated: {channel}, off at {channel.Limits.Off}", ThermalTrip.Heat)
                    : FullFans(Hashing.Off, $"silent and by now perhaps too hot: {channel}", ThermalTrip.Silence);
            }
        }

        return null;
    }

    private ThermalDecision? Silent(TimeSpan now)
    {
        foreach (var channel in channels)
        {
            var silence = channel.Silence(now);
            if (silence >= LoneSilenceMax || (silence >= SilenceMax && Source(channel).All(one => !one.IsFresh)))
            {
                return FullFans(
                    Hashing.Off, $"no sensor reading for {silence.TotalSeconds:0.0} s: {channel}", ThermalTrip.Silence);
            }
        }

        return null;
    }

    private ThermalDecision Cool(CoolingDemand demand, double seconds, TimeSpan now)
    {
        var wanted = Control(demand, seconds);
        var hottest = channels.MaxBy(channel => channel.AboveTarget)!;
        var isTooWarm = channels.Any(channel => channel.Assumed >= channel.Limits.Critical);
        critical = isTooWarm
            || (critical && channels.Any(channel => channel.Above(channel.Limits.Critical) > -Hysteresis));
        var (hashing, reason) = critical
            ? (Hashing.Reduced, $"critical: {Hottest(limits => limits.Critical)}")
            : (Hashing.Full, $"cooling: {hottest}");
        if (isTooWarm)
        {
            return FullFans(hashing, reason);
        }

        // A source of which nobody knows anything gets all the air there is, from the first moment on.
        if (Array.Find(channels, channel => Source(channel).All(one => !one.IsFresh)) is { } lost)
        {
            return FullFans(
                hashing, critical ? reason : $"silent for {lost.Silence(now).TotalSeconds:0.0} s: {lost}");
        }

        // On the way back from critical fans are full as well, but for a reading that has been still for long.
        duty = Math.Max(Probing(critical ? 1 : wanted, seconds, now), duty - SlowDownPerSecond * seconds);
        return new(new DutyCycle(duty), hashing, reason);
    }

    /// <summary>
    /// What is wanted, or the way to the air in which a reading has to be seen that has been still for long. The way is
    /// slow, so that a reading which only was steady moves before anybody hears the fans.
    /// </summary>
    private double Probing(double wanted, double seconds, TimeSpan now)
    {
        foreach (var channel in channels)
        {
            if (dutyMin is not null && channel.Probe(now) is { } probe)
            {
                var towards = Math.Max(Math.Min(duty + SlowDownPerSecond * seconds, probe.Duty), dutyLeast);
                return probe.IsMore ? Math.Max(towards, wanted) : towards;
            }
        }

        return wanted;
    }

    /// <summary>
    /// Proportional, integral and derivative, on the smallest margin. One-sided: the integral is no more than the
    /// output can still use and never less than nothing, so that neither a long cold nor a long hot time has to be
    /// unlearned; and only heating adds air ahead of time. A fixed fan is let alone until half of the way from target
    /// to critical is gone, and then gets what this asks for beyond it.
    /// </summary>
    private double Control(CoolingDemand demand, double seconds)
    {
        var error = channels.Max(channel => channel.Above(
            demand.Fixed is null ? channel.Limits.Target : Halfway(channel.Limits)));
        if (seconds > 0)
        {
            slope += ((error - (lastError ?? error)) / seconds - slope) * seconds / (SlopeSeconds + seconds);
            lastError = error;
        }

        var ahead = ProportionalPerDegree * error + DerivativeSeconds * Math.Max(slope, 0);
        integral = Math.Clamp(
            integral + IntegralPerDegreeSecond * error * seconds, 0, 1 - Math.Clamp(ahead, 0, 1));
        var least = Math.Max(dutyLeast, Math.Max(demand.Floor.Fraction, demand.Fixed?.Fraction ?? 0));
        return Math.Clamp(integral + ahead, least, 1);
    }

    private static Celsius Halfway(ThermalLimits limits) =>
        new((limits.Target.Degrees + limits.Critical.Degrees) / 2);

    /// <summary>What is wanted cooler than it must be costs clock only where the fans can do no more.</summary>
    private HeatState Heat(bool fansDoTheirBest)
    {
        Celsius From(ThermalLimits limits) =>
            fansDoTheirBest && limits.Wanted is { } wanted && wanted < limits.Critical ? wanted : limits.Critical;

        var hottest = Hottest(From);
        return new(
            hottest.Above(From(hottest.Limits)),
            channels.Max(channel => channel.Above(channel.Limits.Critical)
                / (channel.Limits.Off.Degrees - channel.Limits.Critical.Degrees)),
            hottest.ToString());
    }

    private ThermalChannel Hottest(Func<ThermalLimits, Celsius> limit) =>
        channels.MaxBy(channel => channel.Above(limit(channel.Limits)))!;

    private double? HottestOf(string heatSource, ReadOnlySpan<SensorReading> readings)
    {
        double? hottest = null;
        for (var i = 0; i < channels.Length; i++)
        {
            if (channels[i].Limits.HeatSource == heatSource && ThermalChannel.IsPossible(readings[i]))
            {
                hottest = Math.Max(hottest ?? double.MinValue, readings[i].Value!.Value.Degrees);
            }
        }

        return hottest;
    }

    private ThermalDecision FullFans(Hashing hashing, string reason, ThermalTrip trip = ThermalTrip.None)
    {
        duty = 1;
        return new(DutyCycle.Full, hashing, reason, trip);
    }

    private IEnumerable<ThermalChannel> Source(ThermalChannel channel) =>
        channels.Where(other => other.Limits.HeatSource == channel.Limits.HeatSource);
}
