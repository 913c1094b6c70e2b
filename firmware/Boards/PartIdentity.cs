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
        IEnumerable<(int Address, object Part)> opened,
        IIdentified? regulator,
        Func<int, I2cDevice> open)
    {
        (int Address, object Part)[] rail =
            config.Rail is { } named && regulator is not null ? [(named.Address, regulator)] : [];
        foreach (var (address, part) in opened.Concat(rail).OrderBy(one => one.Address))
        {
            if (part is IIdentified identified)
            {
                yield return new(
                    NameOf(config, address), address, identified.IsPresent, () => open(address).TryAnswer());
            }
        }
    }

    /// <summary>A part with several sensors in it is named for each of them: "emc2101-external".</summary>
    private static string NameOf(BoardConfig config, int address)
    {
        var name = config.Rail is { } rail && rail.Address == address ? rail.Part
            : Array.Find(config.Fans, fan => fan.Address == address)?.Part
            ?? Array.Find(config.Sensors, sensor => sensor.Address == address)?.Part
            ?? "?";
        return name.Split('-')[0];
    }
}
