using Drivers;
using Drivers.Sensors;

namespace Firmware.Guard;

/// <summary>How hard the chips may work. The default is not at all.</summary>
public enum Hashing : byte
{
    Off,
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

/// <summary>What to do, and why: the reason goes into the log, the status page and the tests.</summary>
public readonly record struct ThermalDecision(
    DutyCycle Fans, Hashing Hashing, string Reason, ThermalTrip Trip = ThermalTrip.None);

/// <summary>
/// Decides fan speed and hashing from temperatures: the sensor nearest to its limits rules. Holds no hardware and
/// reads no clock. A silent sensor is assumed to heat, so that its loss needs no rule of its own.
/// </summary>
/// <param name="sensors">Readings are given in this order.</param>
/// <param name="dutyMin">What the fans turn at where nothing needs cooling.</param>
public sealed class ThermalControl(IReadOnlyList<ThermalLimits> sensors, DutyCycle dutyMin)
{
    /// <summary>How long all sensors of one heat source may be silent.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    /// <summary>How long one of several may be silent, however cool it was.</summary>
    public static readonly TimeSpan LoneSilenceMax = TimeSpan.FromSeconds(60);

    private const double SlewPerSecond = 0.5;
    private const int HotSamplesMax = 2;
    private const double ProportionalPerDegree = 0.05;
    private const double IntegralPerDegreeSecond = 0.002;
    private const double IntegralAtStart = 0.35;
    private const double SlowDownPerSecond = 0.05;
    private const double StepSecondsMax = 2;

    private readonly Channel[] channels = [.. sensors.Select(limits => new Channel(limits))];
    private double integral = IntegralAtStart;
    private double duty = 1;
    private TimeSpan lastStep;
    private bool critical;

    /// <param name="readings">One for each sensor, always in the same order.</param>
    /// <param name="now">Time since start; it never runs backwards.</param>
    public ThermalDecision Step(ReadOnlySpan<SensorReading> readings, TimeSpan now)
    {
        var seconds = Math.Clamp((now - lastStep).TotalSeconds, 0, StepSecondsMax);
        lastStep = now;
        for (var i = 0; i < channels.Length; i++)
        {
            channels[i].Take(readings[i], now);
        }

        if (channels.Length == 0)
        {
            return new(dutyMin, Hashing.Full, "no temperature is watched: the board file names none");
        }

        if (Array.Find(channels, channel => channel.Assumed is null) is { } unread)
        {
            return FullFans(Hashing.Off, $"waiting for a first reading of the sensor '{unread.Limits.Name}'");
        }

        return Overheated() ?? Silent(now) ?? Cool(seconds, now);
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

    private ThermalDecision Cool(double seconds, TimeSpan now)
    {
        var wanted = Control(seconds);
        var hottest = channels.MaxBy(channel => channel.AboveTarget)!;

        // Once critical, only the target is cool enough, and for all of them: a wide band instead of a flutter.
        critical = channels.Any(channel => channel.Assumed >= channel.Limits.Critical)
            || (critical && hottest.AboveTarget > 0);
        if (critical)
        {
            return FullFans(Hashing.Reduced, $"critical: {hottest}");
        }

        // A source of which nobody knows anything gets all the air there is, from the first moment on.
        if (Array.Find(channels, channel => Source(channel).All(one => !one.IsFresh)) is { } lost)
        {
            return FullFans(Hashing.Full, $"silent for {lost.Silence(now).TotalSeconds:0.0} s: {lost}");
        }

        duty = Math.Max(wanted, duty - SlowDownPerSecond * seconds);
        return new(new DutyCycle(duty), Hashing.Full, $"cooling: {hottest}");
    }

    /// <summary>
    /// Proportional and integral, on the smallest margin. One-sided: the integral is no more than the output can
    /// still use and never less than nothing, so that neither a long cold nor a long hot time has to be unlearned.
    /// </summary>
    private double Control(double seconds)
    {
        var error = channels.Max(channel => channel.AboveTarget);
        var proportional = ProportionalPerDegree * error;
        integral = Math.Clamp(
            integral + IntegralPerDegreeSecond * error * seconds, 0, 1 - Math.Clamp(proportional, 0, 1));
        return Math.Clamp(integral + proportional, dutyMin.Fraction, 1);
    }

    private ThermalDecision FullFans(Hashing hashing, string reason, ThermalTrip trip = ThermalTrip.None)
    {
        duty = 1;
        return new(DutyCycle.Full, hashing, reason, trip);
    }

    private IEnumerable<Channel> Source(Channel channel) =>
        channels.Where(other => other.Limits.HeatSource == channel.Limits.HeatSource);

    /// <summary>One sensor: what it said last, and what it may be at by now.</summary>
    private sealed class Channel(ThermalLimits limits)
    {
        // Beyond it no sensor of ours measures, and no running board gets colder.
        private const double ColdestPlausible = -40;
        private const double HottestPlausible = 150;

        private Celsius last;
        private TimeSpan lastAt;

        public ThermalLimits Limits => limits;

        /// <summary>Null as long as it has never answered.</summary>
        public Celsius? Assumed { get; private set; }

        public bool IsFresh { get; private set; }

        public int HotSamples { get; private set; }

        public double AboveTarget => (Assumed?.Degrees ?? 0) - limits.Target.Degrees;

        public TimeSpan Silence(TimeSpan now) => now - lastAt;

        public void Take(SensorReading reading, TimeSpan now)
        {
            IsFresh = reading.Value is { Degrees: > ColdestPlausible and < HottestPlausible };
            if (IsFresh)
            {
                last = reading.Value!.Value;
                lastAt = now;
                Assumed = last;
            }
            else if (Assumed is not null)
            {
                Assumed = new Celsius(last.Degrees + Silence(now).TotalSeconds * SlewPerSecond);
            }

            HotSamples = Assumed >= limits.Off ? HotSamples + 1 : 0;
        }

        public override string ToString() => $"{limits.Name} {(IsFresh ? "" : "assumed at ")}{Assumed}";
    }
}
