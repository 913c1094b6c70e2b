using Tomlyn.Syntax;

namespace Firmware.Boards;

/// <summary>[[i2c]], [gpio] and [uart]: a board on this machine's own buses.</summary>
internal static class NativeSection
{
    public const int BusMax = 255;
    private const int PinMax = 1023;

    public static readonly string[] Tables = ["i2c", "gpio", "uart"];

    public static NativeBus ReadBus(TomlSection i2c)
    {
        var number = i2c.Whole("bus", 0, BusMax);
        var scan = i2c.OptionalChoice("scan", "ask", "never") ?? "ask";
        var never = i2c.OptionalWholes("never_touch", 0x08, 0x77);
        var data = i2c.OptionalWhole("sda_pin", 0, PinMax);
        var clock = i2c.OptionalWhole("scl_pin", 0, PinMax);
        if (data is null != clock is null)
        {
            throw i2c.Wrong(
                data is null ? "scl_pin" : "sda_pin", "stands alone; a stuck bus is freed with both wires or none.");
        }

        i2c.Finish();
        return new(
            number, scan == "ask", never, data is { } sda && clock is { } scl ? new BusPins(sda, scl) : null);
    }

    public static NativeConfig Read(NativeBus[] buses, TomlSection gpio, TomlSection uart)
    {
        var chip = gpio.Text("chip");
        var reset = gpio.Whole("reset_pin", 0, PinMax);
        gpio.Finish();
        var device = uart.Text("device");
        uart.Finish();
        return new(buses, chip, reset, device);
    }

    /// <summary>Whether the file describes such a board.</summary>
    public static bool IsIn(DocumentSyntax document) =>
        document.Tables.Any(table => Tables.Contains(TomlSection.KeyOf(table.Name)));
}
