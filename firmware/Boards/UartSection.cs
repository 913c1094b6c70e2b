using Drivers.Hashing.Bm13xx;

namespace Firmware.Boards;

/// <summary>The serial port at this end of the chips' wire, where its clock does not divide down to any rate.</summary>
internal static class UartSection
{
    private const int HertzMin = 1_843_200;
    private const int HertzMax = 500_000_000;

    public static HostUart Read(TomlSection chain)
    {
        var name = chain.OptionalChoice("uart", [.. HostUart.Names]);
        var hertz = chain.OptionalWhole("uart_hertz", HertzMin, HertzMax);
        if (name is null)
        {
            return hertz is null
                ? HostUart.Any
                : throw chain.Wrong("uart_hertz", "says nothing without 'uart': name the port whose clock it is.");
        }

        var uart = HostUart.Find(name)!;
        return hertz is { } clock ? uart with { ClockHertz = clock } : uart;
    }
}
