using System.Text.Json;
using Simulator.Chips;

namespace Simulator;

/// <summary>
/// A running board: two serial ports that the product opens as a USB bridge's, and behind them everything that a
/// Bitaxe Gamma has, or the same with other chips. Break it through <see cref="Faults"/>, ask it through
/// <see cref="World"/>.
/// </summary>
public sealed class SimulatedBoard : IDisposable
{
    private readonly ControlPort control;
    private readonly DataPort data;

    private SimulatedBoard(
        BoardPlan plan, string text, string directory, int zeroBits, int seed, SimulationOptions options)
    {
        ControlPort = Path.Combine(directory, "control");
        DataPort = Path.Combine(directory, "data");
        ConfigFile = Path.Combine(directory, plan.Key + ".toml");
        World = new World(plan, Faults, options);
        Line = new ChipLine(
            new ChainPlan(plan.Silicon, plan.Chips, plan.PerDomain, zeroBits, seed, options.BaudTolerance), Faults);
        control = new ControlPort(ControlPort, plan, options, World, Faults);
        data = new DataPort(DataPort, Line, World, Faults);
        File.WriteAllText(
            ConfigFile,
            BoardPlan.Rewrite(text, plan.Framing, ControlPort, DataPort, zeroBits, options));
    }

    /// <summary>The board file to give to the product: the real one, with these ports and fewer zero bits.</summary>
    public string ConfigFile { get; }

    /// <summary>A link to the control port's terminal.</summary>
    public string ControlPort { get; }

    /// <summary>A link to the terminal of the chips' serial line.</summary>
    public string DataPort { get; }

    public Faults Faults { get; } = new();

    public World World { get; }

    /// <summary>How many job frames reached the chips intact.</summary>
    public long JobsReceived => Line.JobsReceivedCount;

    /// <summary>The newest 4096 of them, oldest first.</summary>
    public IReadOnlyList<JobReceived> Jobs => Line.Jobs();

    /// <summary>Results the chips put on the wire, before any damage.</summary>
    public long ResultsOnWire => Line.Results;

    /// <summary>How many of them the wire damaged.</summary>
    public long ResultsDamaged => Line.DamagedResults;

    /// <summary>Bytes of the host that the chips' serial line has carried, whether or not a chip heard them.</summary>
    public long BytesFromHost => data.BytesFromHost;

    /// <summary>Requests to the bridge that were none: the product should never send one.</summary>
    public int BadRequests => control.BadRequests;

    private ChipLine Line { get; }

    /// <summary>Builds the board of a file, links its ports into the directory and writes its file there.</summary>
    /// <param name="boardFile">A file of board-configs/, or of that shape.</param>
    /// <param name="directory">Where the links "control" and "data" and the rewritten file go; made if missing.</param>
    /// <param name="zeroBits">
    /// k: the chips hash one nonce in 2^(32 − k) and demand k zero bits where silicon demands 32.
    /// </param>
    /// <param name="seed">Decides everything that looks random.</param>
    public static SimulatedBoard Start(
        string boardFile, string directory, int zeroBits = 10, int seed = 1, SimulationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(zeroBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroBits, 32);
        options ??= new SimulationOptions();
        var plan = BoardPlan.Read(boardFile, options.Framing);
        var text = File.ReadAllText(boardFile);
        var full = Directory.CreateDirectory(directory).FullName;
        return new SimulatedBoard(plan, text, full, zeroBits, seed, options);
    }

    /// <summary>The world at this moment, for a line of JSON.</summary>
    public WorldStatus Status() => new(
        MonotonicClock.Now.TotalSeconds,
        World.RailOn,
        World.RailOffAt?.TotalSeconds,
        World.CoreVolts,
        World.Watts,
        World.ChipDegrees,
        World.RegulatorDegrees,
        World.HottestDegrees,
        World.FanDuty,
        World.FanFollowsTable,
        World.FanRpm,
        World.ResetLow,
        World.ResetLowAt?.TotalSeconds,
        World.Megahertz,
        World.HashRate,
        JobsReceived,
        Line.LastJobAt?.TotalSeconds,
        ResultsOnWire,
        ResultsDamaged,
        BadRequests,
        World.RegulatorStoreCommands);

    /// <summary><see cref="Status"/> as one line of JSON.</summary>
    public string StatusLine() => JsonSerializer.Serialize(Status(), WorldStatusJson.Default.WorldStatus);

    public void Dispose()
    {
        control.Dispose();
        data.Dispose();
        File.Delete(ConfigFile);
    }
}
