using System.Globalization;

namespace Drivers.Sensors;

/// <summary>
/// A temperature that the kernel measures and shows under /sys, in thousandths of a degree (the kernel's
/// Documentation/driver-api/thermal/sysfs-api.rst and Documentation/hwmon/sysfs-interface.rst). It is looked for anew
/// where it is not, or no more: drivers come and go.
/// </summary>
public sealed class KernelTemperature : ITemperatureSensor
{
    private readonly Func<string?> find;
    private string? file;

    private KernelTemperature(Func<string?> find) => this.find = find;

    /// <param name="type">What the zone's file "type" says: "x86_pkg_temp", "cpu-thermal".</param>
    /// <param name="sysfs">Where sysfs is mounted, or a tree of the same shape.</param>
    public static KernelTemperature OfZone(string type, string sysfs = "/sys") =>
        new(() => Find(Path.Combine(sysfs, "class", "thermal"), "thermal_zone*", "type", type, "temp"));

    /// <param name="name">
    /// What the monitor's file "name" says, and which of its inputs: "coretemp/temp1", "k10temp/temp1".
    /// </param>
    public static KernelTemperature OfMonitor(string name, string sysfs = "/sys")
    {
        var (monitor, input) = name.Split('/') is [var first, var second] ? (first, second) : (name, "temp1");
        return new(() => Find(Path.Combine(sysfs, "class", "hwmon"), "hwmon*", "name", monitor, input + "_input"));
    }

    public SensorReading Read()
    {
        file ??= find();
        if (file is not null && TryRead(file) is { } text)
        {
            return int.TryParse(text, CultureInfo.InvariantCulture, out var thousandths) && thousandths > -273_150
                ? ((SensorReading)new Celsius(thousandths / 1000.0)).OfMetal()
                : SensorFault.Implausible;
        }

        file = null;
        return SensorFault.NoAnswer;
    }

    private static string? Find(string folder, string pattern, string nameFile, string name, string valueFile)
    {
        try
        {
            return Directory.EnumerateDirectories(folder, pattern)
                .Where(place => TryRead(Path.Combine(place, nameFile)) == name)
                .Order(StringComparer.Ordinal)
                .Select(place => Path.Combine(place, valueFile))
                .FirstOrDefault();
        }
        catch (Exception notThere) when (notThere is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception notThere) when (notThere is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
