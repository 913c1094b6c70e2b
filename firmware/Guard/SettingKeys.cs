namespace Firmware.Guard;

/// <summary>How settings are called: in guard.toml, in messages, on the command line and in the status.</summary>
public static class SettingKeys
{
    public const string Clock = "megahertz";
    public const string Volts = "volts";

    /// <summary>Watts that the board stays below.</summary>
    public const string PowerLimit = "power_limit";

    /// <summary>°C that the chips are held at, by air first and then by less clock.</summary>
    public const string TargetTemperature = "target_temperature";

    /// <summary>auto or fixed.</summary>
    public const string Fan = "fan";

    /// <summary>Of fixed fans their drive, of others the least.</summary>
    public const string FanPercent = "fan_percent";

    public const string Paused = "paused";

    /// <summary>For the whole way of the clock down into a pause, and up after it.</summary>
    public const string RampSeconds = "ramp_seconds";

    /// <summary>What a sensor has of its own, in guard.toml as keys of [[sensor]].</summary>
    public static readonly string[] SensorLimits = ["target", "critical", "off"];

    /// <summary>Whether a value has to prove itself: it could harm a board that has to live with it.</summary>
    public static bool NeedsProof(string key) =>
        key is Clock or Volts || key.StartsWith("sensor.", StringComparison.Ordinal);

    public static string OfSensor(string sensor, string limit) => $"sensor.{sensor}.{limit}";

    public static IEnumerable<string> OfSensor(string sensor) =>
        SensorLimits.Select(limit => OfSensor(sensor, limit));

    public static (string Target, string Critical, string Off) LimitsOf(string sensor) =>
        (OfSensor(sensor, "target"), OfSensor(sensor, "critical"), OfSensor(sensor, "off"));

    /// <summary>False for what is no limit of a sensor. A sensor's own name may have dots in it.</summary>
    public static bool IsOfSensor(string key, out string sensor, out string limit)
    {
        const string prefix = "sensor.";
        var dot = key.LastIndexOf('.');
        var isOne = key.StartsWith(prefix, StringComparison.Ordinal) && dot > prefix.Length;
        (sensor, limit) = isOne ? (key[prefix.Length..dot], key[(dot + 1)..]) : ("", "");
        return isOne;
    }
}
