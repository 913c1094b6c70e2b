namespace Drivers.Sensors;

/// <summary>
/// A sensor that sits beside what it stands for: gain × reading + offset, as a board's makers measured it. A fault
/// stays the fault it is.
/// </summary>
public sealed class CorrectedSensor(ITemperatureSensor sensor, double gain, double offset) : ITemperatureSensor
{
    public SensorReading Read()
    {
        var reading = sensor.Read();
        return reading.Value is { } value
            ? ((SensorReading)new Celsius(Math.Max(gain * value.Degrees + offset, Celsius.AbsoluteZero.Degrees))).OfMetal()
            : reading;
    }
}
