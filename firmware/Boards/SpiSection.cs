using System.Globalization;
using Drivers.Hashing.Bitfury;

namespace Firmware.Boards;

/// <summary>A [[chain]] of chips on this machine's own SPI.</summary>
internal static class SpiSection
{
    /// <summary>The slowest that anybody drives such chips at, and the fastest.</summary>
    private const int HertzMin = 100_000;
    private const int HertzMax = 8_000_000;

    private const int BusMax = 31;
    private const int PinMax = 1023;

    public static ChainConfig ReadChain(TomlSection chain)
    {
        var chips = chain.Whole("chips", 1, BitfuryConfig.ChipsMax);
        var (bus, select) = ReadSpi(chain);
        var hertz = chain.OptionalWhole("spi_hertz", HertzMin, HertzMax) ?? (int)Math.Min(HertzMax, FastestOf(chips));
        var clockPin = chain.OptionalWhole("reset_sck_pin", 0, PinMax);
        var dataPin = chain.OptionalWhole("reset_mosi_pin", 0, PinMax);
        if (clockPin is null != dataPin is null)
        {
            throw chain.Wrong(
                clockPin is null ? "reset_mosi_pin" : "reset_sck_pin",
                "stands alone; the chips need both pins or none.");
        }

        var bits = chain.OptionalWhole("osc_bits", Oscillator.CarefulBits, Oscillator.FastestBits)
            ?? Oscillator.DefaultBits;
        var adjusts = chain.OptionalFlag("auto_adjust") ?? false;
        var zeroBits = chain.OptionalWhole("zero_bits", 1, BitfuryConfig.SiliconZeroBits)
            ?? BitfuryConfig.SiliconZeroBits;
        chain.Finish();
        var clock = Oscillator.Clock(bits);
        return new(ChainConfig.BitfuryChip, chips, Baud: 0, clock, clock, TicketBits: 0, zeroBits)
        {
            Spi = new(bus, select, hertz, clockPin, dataPin),
            OscillatorBits = bits,
            AutoAdjust = adjusts,
        };
    }

    /// <summary>What the last of so many chips still hears (drivers/Hashing/Bitfury/REFERENCE.md, "Wire").</summary>
    private static double FastestOf(int chips) => 1e9 / (100 + 31 * chips);

    private static (int Bus, int Select) ReadSpi(TomlSection chain)
    {
        var text = chain.Text("spi");
        return text.Split('.') is [var bus, var select]
            && int.TryParse(bus, NumberStyles.None, CultureInfo.InvariantCulture, out var busNumber)
            && int.TryParse(select, NumberStyles.None, CultureInfo.InvariantCulture, out var selectNumber)
            && busNumber <= BusMax && selectNumber <= BusMax
            ? (busNumber, selectNumber)
            : throw chain.Wrong("spi", $"is \"{text}\"; it names a bus and a chip select, as in \"0.0\".");
    }
}
