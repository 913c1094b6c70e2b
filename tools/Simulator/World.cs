using Simulator.Circuits;
using Simulator.Parts;

namespace Simulator;

/// <summary>
/// The board as physics: parts on the bus, power, heat, fan. Every member may be used from any thread, and each look
/// lets the time since the last one pass first. Times are on <see cref="MonotonicClock"/>.
/// </summary>
public sealed class World : IBridgedBoard
{
    private readonly Lock gate = new();
    private readonly Faults faults;
    private readonly Circuit circuit;

    internal World(BoardPlan plan, Faults faults, SimulationOptions options)
    {
        this.faults = faults;
        circuit = new Circuit(plan, faults, options, MonotonicClock.Now);
    }

    /// <summary>Whether the regulator drives its output.</summary>
    public bool RailOn => Look(() => circuit.Rail.On);

    /// <summary>When the regulator last stopped driving; null while it never did.</summary>
    public TimeSpan? RailOffAt => Look(() => circuit.Rail.OffAt);

    /// <summary>What a meter across the chip shows.</summary>
    public double CoreVolts => Look(() => circuit.Rail.Volts);

    /// <summary>What the chips turn into heat.</summary>
    public double Watts => Look(() => circuit.Watts);

    public double ChipDegrees => Look(() => circuit.Metal.Chip);

    public double RegulatorDegrees => Look(() => circuit.Metal.Regulator);

    /// <summary>The hottest the chip has been since the start.</summary>
    public double HottestDegrees => Look(() => circuit.Metal.Hottest);

    /// <summary>What the fan is driven with, 0 to 1; of several the least.</summary>
    public double FanDuty => Look(() => circuit.FanDuty);

    /// <summary>Whether the fan chip's own look-up table drives the fan.</summary>
    public bool FanFollowsTable => Look(() => circuit.Parts.FansDriveThemselves);

    /// <summary>Of several fans the slowest.</summary>
    public double FanRpm => Look(() => circuit.FanRpm);

    /// <summary>Whether the bridge holds the chips in reset.</summary>
    public bool ResetLow => Look(() => !circuit.ResetReleased);

    /// <summary>When the bridge last pulled the reset low; null while it never did.</summary>
    public TimeSpan? ResetLowAt => Look(() => circuit.ResetLowAt);

    /// <summary>Hashes per second that healthy silicon would compute in this state.</summary>
    public double HashRate => Look(() => circuit.HashRate);

    /// <summary>The chip's hash clock.</summary>
    public double Megahertz => Look(() => circuit.Megahertz);

    /// <summary>How often the host wrote the regulator's non-volatile memory: never is the right answer.</summary>
    public int RegulatorStoreCommands => Look(() => circuit.Rail.StoreCommands);

    bool IBridgedBoard.BusHangs => faults.I2cDead;

    bool IBridgedBoard.TryReadPin(int pin, out bool level)
    {
        lock (gate)
        {
            circuit.Advance(MonotonicClock.Now);
            return circuit.TryReadPin(pin, out level);
        }
    }

    bool IBridgedBoard.TrySetFan(int channel, double duty) => Look(() => circuit.TrySetFan(channel, duty));

    double? IBridgedBoard.ReadAnalogue(int input) => Look(() => circuit.ReadAnalogue(input));

    bool IBridgedBoard.TryWritePin(int pin, bool level) => Look(() => circuit.TryWritePin(pin, level));

    bool IBridgedBoard.Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        lock (gate)
        {
            circuit.Advance(MonotonicClock.Now);
            var acknowledged = circuit.Transfer(0, address, write, read);
            circuit.Advance(MonotonicClock.Now);
            return acknowledged;
        }
    }

    /// <summary>Whether the chips run, and whether they lost power or were reset since the last call.</summary>
    internal (bool Powered, bool WasDown) TakeSupply() => Look(circuit.TakeSupply);

    /// <summary>What the chips do, which decides what they draw.</summary>
    internal void Load(double chipMegahertz, double chipsClockedUnits, double chipHashRate) => Look(() =>
    {
        circuit.Load(chipMegahertz, chipsClockedUnits, chipHashRate);
        return true;
    });

    private T Look<T>(Func<T> look)
    {
        lock (gate)
        {
            circuit.Advance(MonotonicClock.Now);
            return look();
        }
    }
}
