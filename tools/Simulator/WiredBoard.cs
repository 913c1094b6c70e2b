using Drivers.Buses;
using Firmware.Boards;
using Simulator.Chips;
using Simulator.Circuits;

namespace Simulator;

/// <summary>
/// A whole board in one process, on a clock that moves only in <see cref="Step"/>: parts, power, metal, fans and chips
/// of a board file, behind the buses that the product opens. An hour takes seconds.
/// </summary>
/// <remarks>
/// <code>
/// using var wired = new WiredBoard(config);
/// using var board = Board.Open(config, wired.Buses, wired.Time); // guard's side: devices and pins
/// var miner = …;                                         // mine's side stands on wired.Chips, an IChainPort
/// wired.Faults.FanStalled = true;                        // break something
/// wired.Step(wired.Now + TimeSpan.FromMilliseconds(50)); // let time pass
/// wired.ChipDegrees …                                    // look
/// </code>
/// Used from one thread at a time.
/// </remarks>
public sealed class WiredBoard : IDisposable
{
    private readonly Circuit circuit;
    private readonly ToldTime time;

    /// <param name="board">Its <c>zero_bits</c> is k: one nonce in 2^(32 − k) is really hashed.</param>
    /// <param name="seed">Decides everything that looks random.</param>
    /// <exception cref="Firmware.UsageException">The board has parts or chips that are not modelled.</exception>
    public WiredBoard(BoardConfig board, int seed = 1, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        options ??= new SimulationOptions();
        var plan = BoardPlan.Of(board);
        Chips = new ChipBench(
            new ChainPlan(
                plan.Silicon, plan.Chips, plan.PerDomain, board.Chains[0].ZeroBits, seed, options.BaudTolerance),
            Faults);
        circuit = new Circuit(plan, Faults, options, Chips.Now);
        time = new ToldTime(Chips);
        Buses = new CircuitBuses(circuit, () => Faults.I2cDead);
        Supply();
    }

    /// <summary>What guard opens. Disposing of it, or of the board opened on it, leaves the circuit as it is.</summary>
    public IBuses Buses { get; }

    /// <summary>The board's time, for parts that need a clock.</summary>
    public TimeProvider Time => time;

    /// <summary>What mine opens: the host's end of the chips' serial line.</summary>
    public ChipBench Chips { get; }

    public Faults Faults { get; } = new();

    /// <summary>How long the chips run, at most, before what they draw is looked at again.</summary>
    public TimeSpan Stride { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The simulated time. It starts at an hour, so that nothing mistakes zero for the past.</summary>
    public TimeSpan Now => Chips.Now;

    /// <summary>Whether the regulator drives its output.</summary>
    public bool RailOn => circuit.Rail.On;

    /// <summary>When the regulator last stopped driving; null while it never did.</summary>
    public TimeSpan? RailOffAt => circuit.Rail.OffAt;

    /// <summary>What a meter on the rail shows.</summary>
    public double RailVolts => circuit.Rail.Volts;

    /// <summary>What the chips turn into heat.</summary>
    public double Watts => circuit.Watts;

    public double ChipDegrees => circuit.Metal.Chip;

    public double RegulatorDegrees => circuit.Metal.Regulator;

    /// <summary>The hottest the chips have been since the start.</summary>
    public double HottestDegrees => circuit.Metal.Hottest;

    /// <summary>What the fans are driven with, 0 to 1; of several the least.</summary>
    public double FanDuty => circuit.FanDuty;

    /// <summary>Of the slowest.</summary>
    public double FanRpm => circuit.FanRpm;

    public bool ResetLow => !circuit.ResetReleased;

    /// <summary>When the reset was last pulled low; null while it never was.</summary>
    public TimeSpan? ResetLowAt => circuit.ResetLowAt;

    /// <summary>Hashes per second of healthy silicon in this state.</summary>
    public double HashRate => circuit.HashRate;

    /// <summary>The chips' hash clock.</summary>
    public double Megahertz => circuit.Megahertz;

    /// <summary>No power, chips held, fans full or driven by their part: "safe", seen from the board.</summary>
    public bool IsCold => !RailOn && ResetLow && (FanDuty >= 0.99 || circuit.Parts.FansDriveThemselves);

    /// <summary>How often the host wrote a regulator's non-volatile memory: never is the right answer.</summary>
    public int RegulatorStoreCommands => circuit.Rail.StoreCommands;

    /// <summary>Lets everything on the board go on until then.</summary>
    public void Step(TimeSpan now) => GoOn(now, toArrival: false);

    /// <summary>The same, but no further than to the next bytes from the chips.</summary>
    public void StepToArrival(TimeSpan now) => GoOn(now, toArrival: true);

    public void Dispose() => Buses.Dispose();

    private void GoOn(TimeSpan now, bool toArrival)
    {
        while (Now < now && !(toArrival && Chips.Available > 0))
        {
            Supply(); // The host may have let go of the chips since the last step.
            var until = Now + Stride < now ? Now + Stride : now;
            if (toArrival)
            {
                Chips.RunToArrival(until);
            }
            else
            {
                Chips.RunTo(until);
            }

            circuit.Load(Chips.Line.Megahertz, Chips.Line.ClockedUnits, Chips.Line.HashRate);
            circuit.Advance(Now);
            Supply();
        }
    }

    private void Supply()
    {
        var (powered, wasDown) = circuit.TakeSupply();
        Chips.Supply(powered, wasDown);
    }

    private sealed class ToldTime(ChipBench bench) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => bench.Now.Ticks;
    }
}
