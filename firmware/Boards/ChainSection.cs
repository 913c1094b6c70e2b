using Drivers;
using Drivers.Hashing.Bm13xx;
using Drivers.Hashing.Cpu;

namespace Firmware.Boards;

/// <summary>[[chain]]: a string of chips, or the threads of this machine's own cores.</summary>
internal static class ChainSection
{
    private const int TicketMax = 1 << 24;
    private const int SiliconZeroBits = 32;

    private static readonly string[] ChipNames = [.. ChipModel.Names, ChainConfig.BitfuryChip, ChainConfig.CpuChip];

    public static ChainConfig Read(TomlSection chain)
    {
        var chip = chain.Choice("chip", ChipNames);
        if (chip == ChainConfig.CpuChip)
        {
            return ReadCores(chain);
        }

        if (chip == ChainConfig.BitfuryChip)
        {
            return SpiSection.ReadChain(chain);
        }

        var chips = chain.Whole("chips", 1, Bm13xxConfig.ChipsMax);
        var baud = chain.Whole("baud", 115_200, 3_125_000);
        var max = chain.Number("megahertz_max", HardLimits.MegahertzMin, HardLimits.MegahertzMax);
        var start = chain.Number("megahertz", HardLimits.MegahertzMin, max, "That is this board's own limit.");
        var ticket = chain.Whole("ticket", 1, TicketMax);
        if (!int.IsPow2(ticket))
        {
            throw chain.Wrong("ticket", $"is {ticket}; it must be a power of two, because the chip compares bits.");
        }

        var zeroBits = chain.OptionalWhole("zero_bits", 1, SiliconZeroBits) ?? SiliconZeroBits;
        var perDomain = chain.OptionalWhole("chips_per_domain", 1, chips) ?? 1;
        var allowMissing = chain.OptionalFlag("allow_missing") ?? false;
        var uart = UartSection.Read(chain);
        chain.Finish();
        return new(chip, chips, baud, new Megahertz(start), new Megahertz(max), int.Log2(ticket), zeroBits)
        {
            ChipsPerDomain = perDomain,
            AllowMissing = allowMissing,
            Uart = uart,
        };
    }

    /// <summary>Threads stand for chips, percents of their time for megahertz: see <see cref="CpuConfig"/>.</summary>
    private static ChainConfig ReadCores(TomlSection chain)
    {
        var threads = chain.OptionalWhole("threads", 1, CpuConfig.ThreadsMax) ?? Environment.ProcessorCount;
        var duty = chain.Number("duty_percent", 1, CpuConfig.FullDuty.Value);
        var nice = chain.OptionalWhole("nice", 0, CpuConfig.NiceMax) ?? CpuConfig.NiceMax;
        chain.Finish();
        return new(ChainConfig.CpuChip, threads, Baud: 0, new(duty), new(duty), TicketBits: 0, SiliconZeroBits)
        {
            Nice = nice,
        };
    }
}
