namespace Drivers.Sensors;

/// <summary>Why a sensor has no temperature to tell. The default is "not read".</summary>
public enum SensorFault : byte
{
    NotRead,
    NoAnswer,
    OpenDiode,
    ShortedDiode,

    /// <summary>An answer outside what the part can measure, or what metal can be.</summary>
    Implausible,
}

/// <summary>A temperature, or the reason there is none. The default is "not read", never 0 °C.</summary>
public readonly record struct SensorReading
{
    public Celsius? Value { get; private init; }

    /// <summary>Meaningful only where there is no <see cref="Value"/>.</summary>
    public SensorFault Fault { get; private init; }

    public static implicit operator SensorReading(Celsius value) => new() { Value = value };

    public static implicit operator SensorReading(SensorFault fault) => new() { Fault = fault };

    public override string ToString() => Value is { } value ? value.ToString() : Fault.Words();
}

/// <summary>One place whose temperature can be read. It does not retry, cache or log.</summary>
public interface ITemperatureSensor
{
    /// <summary>One reading, one bus transfer, at most 50 ms; never an exception for what a bus may do.</summary>
    SensorReading Read();
}
