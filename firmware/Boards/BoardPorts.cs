using Drivers.Buses;
using Drivers.Buses.BitaxeRaw;

namespace Firmware.Boards;

/// <summary>
/// Where a board's bridge is now. The paths change when it is plugged in again, so ask anew after losing it. guard
/// opens the control port and nothing else, mine the data port and nothing else.
/// </summary>
public sealed record BoardPorts(string Control, string Data, BridgeDialect Dialect)
{
    /// <summary>The bridges whose dialect is known by their USB identity.</summary>
    private const string KnownProducts = "Bitaxe, Bitaxe Gamma RHAP-D, BitaxeBonanza, EmberOne00";

    /// <summary>The serial line of the chips: mine's, and nobody else's.</summary>
    /// <exception cref="StartException">No bridge fits, or two do; the message lists what is there.</exception>
    public static string FindData(BoardConfig board) => board.Native?.DataPort ?? Find(board).Data;

    /// <exception cref="StartException">No bridge fits, or two do; the message lists what is there.</exception>
    public static BoardPorts Find(BoardConfig board, string sysfs = "/sys", string dev = "/dev")
    {
        if (board.Bridge is not { } named)
        {
            throw new UsageException($"'{board.File}' has no [bridge], and thus no ports.");
        }

        if (named is { ControlPort: { } control, DataPort: { } data, Dialect: { } dialect })
        {
            return new(control, data, dialect);
        }

        var ports = UsbPorts.List(sysfs, dev);
        var bridges = ports
            .Where(port => port.Product == named.UsbProduct)
            .Where(port => named.UsbSerial is not { } serial || port.Serial == serial)
            .GroupBy(port => port.Device)
            .Select(bridge => bridge.OrderBy(port => port.Interface).ToArray())
            .ToArray();
        return bridges switch
        {
            [] => throw NotThere(board, named, ports),
            [var bridge] => OfBridge(board, bridge),
            _ => throw TooMany(board, bridges),
        };
    }

    /// <summary>Opens the control port: guard's, and nobody else's.</summary>
    /// <exception cref="StartException">The bridge is not there.</exception>
    /// <exception cref="IOException">Its port cannot be opened; the message names it.</exception>
    public static IBuses OpenControl(
        BoardConfig board, TimeSpan transferTimeout, string sysfs = "/sys", string dev = "/dev")
    {
        var ports = Find(board, sysfs, dev);
        return new BitaxeRawBuses(new BridgePort(UartBridgeWire.Open(ports.Control), ports.Dialect, transferTimeout));
    }

    private static BoardPorts OfBridge(BoardConfig board, UsbPort[] bridge) => bridge is [var control, var data]
        ? new(control.Port, data.Port, DialectOf(board, control))
        : throw new StartException(
            $"{board.Name}: the bridge {Describe(bridge[0])} shows {bridge.Length} serial port(s) instead of two; "
            + "unplug it and plug it in again.");

    /// <summary>
    /// By product, and by release where one product changed its dialect: EmberOne's bcdDevice is the board's revision
    /// in two digits, the firmware's minor version in one and its patch in one.
    /// </summary>
    private static BridgeDialect DialectOf(BoardConfig board, UsbPort port)
    {
        return port.Product switch
        {
            "Bitaxe" => BridgeDialect.V0,
            "Bitaxe Gamma RHAP-D" => BridgeDialect.V1,
            "BitaxeBonanza" => BridgeDialect.Bonanza,
            "EmberOne00" => (port.Release >> 4 & 0xF) == 0 ? BridgeDialect.V0 : BridgeDialect.V1,
            _ => throw new UsageException(
                $"'{board.File}' names the bridge \"{port.Product}\", whose dialect is not known; known are "
                + $"{KnownProducts}, or give control_port, data_port and dialect."),
        };
    }

    private static StartException NotThere(BoardConfig board, BridgeConfig named, UsbPort[] ports)
    {
        var serial = named.UsbSerial is { } wanted ? $" with serial \"{wanted}\"" : "";
        var there = ports.Length == 0
            ? "there is no USB serial port at all"
            : $"there are {string.Join(", ", ports.Select(Describe).Distinct())}";
        return new(
            $"{board.Name}: no USB bridge \"{named.UsbProduct}\"{serial}; {there}. "
            + $"Plug it in, or correct [bridge] in '{board.File}'.");
    }

    private static StartException TooMany(BoardConfig board, UsbPort[][] bridges) =>
        new(
            $"{board.Name}: {bridges.Length} USB bridges fit: "
            + $"{string.Join(", ", bridges.Select(bridge => Describe(bridge[0])))}. "
            + $"Write the one you mean as usb_serial into [bridge] of '{board.File}'.");

    private static string Describe(UsbPort port) => $"\"{port.Product}\" serial \"{port.Serial}\" at {port.Device}";
}
