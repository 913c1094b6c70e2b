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
public sealed record MiningBoard(ChainDriver Chain, string Model, double NominalHashRate)
{
    /// <summary>Its clock is none, but the part of the time that it hashes: see <see cref="CpuConfig"/>.</summary>
    public bool HasDuty { get; init; }
}

/// <summary>Opens the data port of a board, wherever it is now, at a baud rate.</summary>
/// <exception cref="IOException">It cannot be opened.</exception>
/// <exception cref="StartException">It is not there.</exception>
public delegate IChainPort OpenDataPort(BoardConfig board, int baud);

/// <summary>What mine drives of one board: its chips, and the way to them.</summary>
/// <param name="Open">Opens the port of the chips, wherever it is now; IOException or StartException where not.</param>
/// <param name="NominalHashRate">Hashes per second of healthy silicon at the clock of the board file.</param>
public sealed record BoardChain(IHashChain Chain, Func<IChainPort> Open, double NominalHashRate);

/// <summary>From board files to driven chains: the readable switch of what mine can drive.</summary>
public static class MiningBoards
{
    /// <summary>
    /// Reads the files and opens the data ports. A board that is away now comes when it is plugged in.
    /// </summary>
    /// <param name="open">Opens a board's data port at a baud rate; null opens it here.</param>
    /// <exception cref="UsageException">A file is no board, or holds what mine cannot drive.</exception>
    /// <exception cref="StartException">Not one of the boards is there.</exception>
    public static MiningBoard[] Open(
        IEnumerable<string> files, Hub hub, ILogger log, OpenDataPort? open = null)
    {
        var boards = Array.ConvertAll(BoardConfig.Load(files), config => Prepare(config, hub, log, open));
        hub.Connect(Array.ConvertAll(boards, board => board.Chain));
        var troubles = boards.Select(board => board.Chain.TryOpen()).ToArray();
        if (troubles.All(trouble => trouble is not null))
        {
            throw new StartException(string.Join(" ", troubles));
        }

        return boards;
    }

    /// <summary>Says what mine could not drive, before anything is switched on.</summary>
    /// <exception cref="UsageException">A file holds what cannot be.</exception>
    public static void Check(IEnumerable<BoardConfig> boards)
    {
        foreach (var board in boards)
        {
            foreach (var chain in board.Chains.Where(chain => chain is { IsCpu: false, Spi: null }))
            {
                _ = Wire(board, chain, ModelOf(board, chain));
            }
        }
    }

    /// <summary>The chain of a board's file, and the way to it.</summary>
    /// <param name="open">See <see cref="Open"/>.</param>
    /// <exception cref="UsageException">The file holds what mine cannot drive.</exception>
    public static BoardChain ChainOf(BoardConfig config, OpenDataPort? open = null)
    {
        if (config.Chains is not [var chain])
        {
            throw new UsageException(
                $"'{config.File}' has {config.Chains.Length} chains, and a bridge's data port carries one: "
                + "keep one [[chain]].");
        }

        return chain switch
        {
            { IsCpu: true } => OnCores(config, chain),
            { Spi: not null } => OnSpi(config, chain),
            _ => OnWire(config, chain, open ?? OpenHere),
        };
    }

    private static IChainPort OpenHere(BoardConfig config, int baud) =>
        Uart.Open(BoardPorts.FindData(config), baud);

    private static MiningBoard Prepare(BoardConfig config, Hub hub, ILogger log, OpenDataPort? open)
    {
        var (chain, openPort, nominal) = ChainOf(config, open);

        // guard says what of it is desired.
        var driver = new ChainDriver(config.Key, chain, config.Chains[0].MegahertzMax, openPort, hub, log);
        return new(driver, config.Name, nominal) { HasDuty = config.Chains[0].IsCpu };
    }

    private static BoardChain OnWire(BoardConfig config, ChainConfig chain, OpenDataPort open)
    {
        var model = ModelOf(config, chain);
        return new(
            new Bm13xxChain(Wire(config, chain, model)),
            () => open(config, Bm13xxConfig.SlowBaud),
            Nominal(chain, model));
    }

    private static BoardChain OnSpi(BoardConfig config, ChainConfig chain)
    {
        var bitfury = new BitfuryChain(
            new BitfuryConfig(chain.Chips, chain.OscillatorBits, chain.ZeroBits) { AutoAdjust = chain.AutoAdjust });
        return new(bitfury, new SpiChain(config).Open, bitfury.NominalHashRate);
    }

    private static ChipModel ModelOf(BoardConfig config, ChainConfig chain) => ChipModel.Find(chain.Chip)
        ?? throw new UsageException($"No driver for the chip '{chain.Chip}' in '{config.File}'.");

    private static Bm13xxConfig Wire(BoardConfig config, ChainConfig chain, ChipModel model)
    {
        try
        {
            return new(model, chain.Chips, chain.Baud, new TicketMask(chain.TicketBits), chain.ZeroBits)
            {
                ChipsPerDomain = chain.ChipsPerDomain,
                AllowMissing = chain.AllowMissing,
                Host = chain.Uart,
            };
        }
        catch (ArgumentException impossible)
        {
            throw new UsageException($"'{config.File}': {impossible.Message}");
        }
    }

    private static BoardChain OnCores(BoardConfig config, ChainConfig chain)
    {
        var cores = new CpuConfig(chain.Chips, chain.Nice);
        var rate = CpuRate.Measure(chain.Chips);
        var cpu = new CpuChain(cores, rate / chain.Chips);
        return new(
            cpu,
            () => CpuPort.Open(cores, config.File, cpu.ReportedZeroBits),
            rate * chain.Megahertz.Value / CpuConfig.FullDuty.Value);
    }

    private static double Nominal(ChainConfig chain, ChipModel model) =>
        chain.Megahertz.Value * 1e6 * model.HashUnits * chain.Chips
        * Math.ScaleB(1, chain.ZeroBits - Bm13xxConfig.SiliconZeroBits);
}
