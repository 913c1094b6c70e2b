namespace Drivers.Sensors;

/// <summary>What metal on a board can be.</summary>
public static class Plausibility
{
    private static readonly Celsius Coldest = new(-20);
    private static readonly Celsius Hottest = new(125);

    extension(SensorReading reading)
    {
        /// <summary>The reading, or <see cref="SensorFault.Implausible"/> outside −20 to 125 °C.</summary>
        public SensorReading OfMetal() =>
            reading.Value is { } value && (value < Coldest || value > Hottest) ? SensorFault.Implausible : reading;
    }
}
