using System.Device.I2c;
using Drivers;
using Drivers.Buses;

namespace Firmware.Boards;

/// <summary>A part that a board file names, and how to see whether it is that part. Only reads.</summary>
/// <param name="Part">As the file has it: "emc2101".</param>
/// <param name="IsPresent">It shows itself as that part.</param>
/// <param name="Answers">Something is at its address, whatever it is.</param>
public sealed record PartIdentity(string Part, int Address, Func<bool> IsPresent, Func<bool> Answers)
{
    /// <summary>Of every part that was opened and can be told from others, in the order of their addresses.</summary>
    internal static IEnumerable<PartIdentity> Of(
        BoardConfig config,
        IEnumerable<OpenedPart> opened,
        Func<int, int, I2cDevice> open)
    {
        foreach (var (bus, address, part) in opened.OrderBy(one => one.Bus).ThenBy(one => one.Address))
        {
            if (part is IIdentified identified)
            {
                yield return new(
                    NameOf(config, bus, address),
                    address,
                    identified.IsPresent,
                    () => open(address, bus).TryAnswer());
            }
        }
    }

    /// <summary>A part with several sensors in it is named for each of them: "emc2101-external".</summary>
    private static string NameOf(BoardConfig config, int bus, int address)
    {
        var name = config.Rail is { } rail && (rail.Bus, rail.Address) == (bus, address) ? rail.Part
            : config.Meter is { } meter && (meter.Bus, meter.Address) == (bus, address) ? meter.Part
            : Array.Find(config.Fans, fan => (fan.Bus, fan.Address) == (bus, address))?.Part
            ?? Array.Find(config.Sensors, sensor => (sensor.Bus, sensor.Address) == (bus, address))?.Part
            ?? "?";
        return name.Split('-')[0];
    }
}
