namespace Drivers.Sensors;

/// <summary>What metal on a board can be.</summary>
public static class Plausibility
{
    private static readonly Celsius Coldest = new(-20);
    private static readonly Celsius Hottest = new(125);

    /// <summary>The nearest temperature that metal can have, −20 to 125 °C.</summary>
    public static Celsius Nearest(double degrees) => new(Math.Clamp(degrees, Coldest.Degrees, Hottest.Degrees));

    extension(SensorReading reading)
    {
        /// <summary>The reading, or <see cref="SensorFault.Implausible"/> outside −20 to 125 °C.</summary>
        public SensorReading OfMetal() =>
            reading.Value is { } value && (value < Coldest || value > Hottest) ? SensorFault.Implausible : reading;
    }
}
