namespace Firmware.Boards;

/// <summary>Where the parts of a board may be: on the one bus of a bridge, or on those of this machine.</summary>
internal sealed record PartWires(BridgeConfig? Bridge, NativeConfig? Native)
{
    private const int PinMax = 1023;
    private const int BridgePinMax = 255;

    private NativeBus[] Buses => Native?.Buses ?? [];

    /// <summary>A bus, and a 7-bit address outside the ranges that the I2C specification reserves.</summary>
    public (int Bus, int Address) Read(TomlSection part)
    {
        var bus = ReadBus(part);
        var address = part.Whole("address", 0x08, 0x77);
        return Array.Exists(Buses, one => one.Number == bus && one.NeverTouch.Contains(address))
            ? throw part.Wrong("address", $"is 0x{address:X2}, which [[i2c]] of bus {bus} says is never to be touched.")
            : (bus, address);
    }

    public int ReadPin(TomlSection part, string key) => part.Whole(key, 0, Native is null ? BridgePinMax : PinMax);

    public int? ReadOptionalPin(TomlSection part, string key) =>
        part.OptionalWhole(key, 0, Native is null ? BridgePinMax : PinMax);

    /// <summary>Needed where there are several; a bridge has none to choose from.</summary>
    private int ReadBus(TomlSection part)
    {
        if (Buses is [])
        {
            return 0;
        }

        var bus = Buses is [var only]
            ? part.OptionalWhole("bus", 0, NativeSection.BusMax) ?? only.Number
            : part.Whole("bus", 0, NativeSection.BusMax);
        return Array.Exists(Buses, one => one.Number == bus)
            ? bus
            : throw part.Wrong(
                "bus", $"is {bus}; the file's [[i2c]] have {string.Join(" and ", Buses.Select(one => one.Number))}.");
    }
}
