using System.Device.I2c;
using System.Globalization;
using Drivers.Buses;

namespace Firmware.Inspection;

/// <summary>
/// Looks for whatever is on an I2C bus, by reading one byte at each address and writing none. Even that is refused
/// where it may do harm: see <see cref="Refusal"/> and <see cref="IsLeftOut"/>.
/// </summary>
internal static class BusScan
{
    /// <summary>How the bus behind a board's bridge is called on the command line.</summary>
    public const string Bridge = "bridge";

    private const int First = 0x08;
    private const int Last = 0x77;

    /// <summary>Why this bus is never scanned, or null where it may be.</summary>
    /// <param name="bus">"bridge", or the number of a bus of this machine.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public static string? Refusal(string bus) =>
        bus == Bridge ? null
        : !int.TryParse(bus, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? throw new UsageException(
                $"--scan '{bus}' is no bus: give the N of /dev/i2c-N, or '{Bridge}' for a board's bridge.")
        : number == 0
            ? "i2c-0 is never scanned: on boards of the Libre kind it carries the regulators that feed this machine, "
                + "and on others the identity memory of its hats."
        : null;

    /// <summary>
    /// Never touched on any bus: supplies (0x10), the controllers of hash boards (0x20 to 0x22) and their memories
    /// (0x50 to 0x57), regulators that a wrong byte turns up (0x74, 0x75).
    /// </summary>
    public static bool IsLeftOut(int address) =>
        address is 0x10 or (>= 0x20 and <= 0x22) or (>= 0x50 and <= 0x57) or 0x74 or 0x75;

    /// <summary>The addresses at which something answers.</summary>
    public static IEnumerable<int> Addresses(Func<int, I2cDevice> open)
    {
        for (var address = First; address <= Last; address++)
        {
            if (!IsLeftOut(address))
            {
                using var device = open(address);
                if (device.TryAnswer())
                {
                    yield return address;
                }
            }
        }
    }

    /// <summary>A bus of this machine.</summary>
    public static I2cDevice OfMachine(string bus, int address) =>
        I2cDevice.Create(new I2cConnectionSettings(int.Parse(bus, CultureInfo.InvariantCulture), address));
}
