using Drivers.Buses;
using Drivers.Hashing;
using Drivers.Hashing.Bitfury;
using Drivers.Hashing.Bm13xx;
using Drivers.Hashing.Cpu;
using Firmware.Boards;
using Microsoft.Extensions.Logging;

namespace Firmware.Mining;

/// <summary>A board as mine drives it.</summary>
/// <param name="Model">Shown to people and told to pools.</param>
/// <param name="NominalHashRate">Hashes per second of healthy silicon at the clock of the board file.</param>
public sealed record MiningBoard(ChainDriver Chain, string Model, double NominalHashRate);

/// <summary>From board files to driven chains: the readable switch of what mine can drive.</summary>
public static class MiningBoards
{
    /// <summary>
    /// Reads the files and opens the data ports. A board that is away now comes when it is plugged in.
    /// </summary>
    /// <exception cref="UsageException">A file is no board, or holds what mine cannot drive.</exception>
    /// <exception cref="StartException">Not one of the boards is there.</exception>
    public static MiningBoard[] Open(IEnumerable<string> files, Hub hub, ILogger log)
    {
        var boards = Array.ConvertAll(BoardConfig.Load(files), config => Prepare(config, hub, log));
        hub.Connect(Array.ConvertAll(boards, board => board.Chain));
        var troubles = boards.Select(board => board.Chain.TryOpen()).ToArray();
        if (troubles.All(trouble => trouble is not null))
        {
            throw new StartException(string.Join(" ", troubles));
        }

        return boards;
    }

    private static MiningBoard Prepare(BoardConfig config, Hub hub, ILogger log)
    {
        if (config.Chains is not [var chain])
        {
            throw new UsageException(
                $"'{config.File}' has {config.Chains.Length} chains, and a bridge's data port carries one: "
                + "keep one [[chain]].");
        }

        return chain switch
        {
            { IsCpu: true } => OnCores(config, chain, hub, log),
            { Spi: not null } => OnSpi(config, chain, hub, log),
            _ => OnBridge(config, chain, hub, log),
        };
    }

    private static MiningBoard OnBridge(BoardConfig config, ChainConfig chain, Hub hub, ILogger log)
    {
        var model = ChipModel.Find(chain.Chip)
            ?? throw new UsageException($"No driver for the chip '{chain.Chip}' in '{config.File}'.");
        var driver = new ChainDriver(
            config.Key,
            new Bm13xxChain(Wire(config, chain, model)),
            chain.Megahertz,
            () => Uart.Open(BoardPorts.Find(config).Data, Bm13xxConfig.SlowBaud),
            hub,
            log);
        return new(driver, config.Name, Nominal(chain, model));
    }

    private static MiningBoard OnSpi(BoardConfig config, ChainConfig chain, Hub hub, ILogger log)
    {
        var bitfury = new BitfuryChain(
            new BitfuryConfig(chain.Chips, chain.OscillatorBits, chain.ZeroBits) { AutoAdjust = chain.AutoAdjust });
        var driver = new ChainDriver(
            config.Key, bitfury, chain.Megahertz, new SpiChain(config).Open, hub, log);
        return new(driver, config.Name, bitfury.NominalHashRate);
    }

    private static Bm13xxConfig Wire(BoardConfig config, ChainConfig chain, ChipModel model)
    {
        try
        {
            return new(model, chain.Chips, chain.Baud, new TicketMask(chain.TicketBits), chain.ZeroBits)
            {
                ChipsPerDomain = chain.ChipsPerDomain,
                AllowMissing = chain.AllowMissing,
            };
        }
        catch (ArgumentException impossible)
        {
            throw new UsageException($"'{config.File}': {impossible.Message}");
        }
    }

    private static MiningBoard OnCores(BoardConfig config, ChainConfig chain, Hub hub, ILogger log)
    {
        var cores = new CpuConfig(chain.Chips, chain.Nice);
        var rate = NonceScan.MeasureRate();
        var cpu = new CpuChain(cores, rate);
        var driver = new ChainDriver(
            config.Key,
            cpu,
            chain.Megahertz,
            () => CpuPort.Open(cores, config.File, cpu.ReportedZeroBits),
            hub,
            log);
        return new(driver, config.Name, rate * chain.Chips * chain.Megahertz.Value / CpuConfig.FullDuty.Value);
    }

    private static double Nominal(ChainConfig chain, ChipModel model) =>
        chain.Megahertz.Value * 1e6 * model.HashUnits * chain.Chips
        * Math.ScaleB(1, chain.ZeroBits - Bm13xxConfig.SiliconZeroBits);
}
