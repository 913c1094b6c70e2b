namespace Drivers.Power;

/// <summary>What a meter in a supply line measures. A null is a value that could not be read, never a zero.</summary>
/// <param name="Bus">Between the line and ground.</param>
/// <param name="Current">Through the line, towards the board where positive.</param>
public readonly record struct MeterReading(Volts? Bus, Amperes? Current, Watts? Power)
{
    /// <summary>For a meter whose own power register is not used.</summary>
    public static MeterReading Of(Volts bus, Amperes? current) =>
        new(bus, current, current is { } amperes ? new Watts(bus.Value * amperes.Value) : null);
}

/// <summary>A meter in a supply line: the only measure of power where the regulator has none of its own.</summary>
public interface IPowerMeter : IIdentified
{
    /// <summary>Never an exception for what a bus may do.</summary>
    MeterReading Read();
}
