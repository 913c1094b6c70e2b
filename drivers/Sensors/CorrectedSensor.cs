namespace Drivers.Sensors;

/// <summary>
/// A sensor that sits beside what it stands for: gain × reading + offset, as a board's makers measured it. A fault
/// stays the fault it is, and a reading that was believed stays one: corrected beyond what metal can be, it is told as
/// the last that it can, because a hot place must not become a silent one.
/// </summary>
public sealed class CorrectedSensor(ITemperatureSensor sensor, double gain, double offset) : ITemperatureSensor
{
    public SensorReading Read()
    {
        var reading = sensor.Read();
        return reading.Value is { } value ? Plausibility.Nearest(gain * value.Degrees + offset) : reading;
    }
}
