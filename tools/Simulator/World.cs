using Simulator.Parts;

namespace Simulator;

/// <summary>
/// The board as physics: parts on the bus, power, heat, fan. Every member may be used from any thread, and each look
/// lets the time since the last one pass first. Times are on <see cref="MonotonicClock"/>.
/// </summary>
public sealed class World : IBridgedBoard
{
    private const double SupplyVolts = 5.1;
    private const double SupplyOhms = 0.02;
    private const double RegulatorEfficiency = 0.9;
    private const double BrownOutVolts = 0.6;

    // P = leakage + c · f · V². 18.5 W at 525 MHz and 1.15 V: the factory test of a Gamma expects 19 W at its input.
    // Other models and longer chains are taken to draw the same for each hash unit.
    private const double GammaHashUnits = 2040;
    private const double LeakageWattsPerVoltSquared = 1.134 / GammaHashUnits;
    private const double WattsPerMegahertzVoltSquared = 0.02448 / GammaHashUnits;
    private const double IdleShare = 0.12; // The clock tree alone, while no job is hashed.

    private readonly Lock gate = new();
    private readonly Faults faults;
    private readonly double thermalSpeed;
    private readonly int hashUnits;
    private readonly Metal metal;
    private readonly Fan fan = new();
    private readonly RailStage stage = new();
    private readonly Emc2101Chip fanChip;
    private readonly Tps546Chip regulator;
    private readonly int fanChipAddress;
    private readonly int regulatorAddress;
    private TimeSpan last = MonotonicClock.Now;
    private bool resetReleased;
    private bool wasDown = true;
    private bool hashing;
    private double megahertz;
    private double clockedUnits;
    private double hashRate;
    private TimeSpan? resetLowAt;

    internal World(BoardPlan plan, Faults faults, SimulationOptions options)
    {
        this.faults = faults;
        thermalSpeed = options.ThermalSpeed;
        hashUnits = plan.Chips * plan.Silicon.HashUnits;
        metal = new Metal(options.StartDegrees);
        fanChip = new Emc2101Chip(faults);
        fanChipAddress = plan.FanChipAddress;
        regulator = new Tps546Chip(plan.RegulatorAddress, stage, faults);
        regulatorAddress = plan.RegulatorAddress;
        if (options.StartPowered)
        {
            regulator.StartOn(plan.Volts);
            resetReleased = true;
        }

        Measure();
    }

    /// <summary>Whether the regulator drives its output.</summary>
    public bool RailOn => Look(() => stage.On);

    /// <summary>When the regulator last stopped driving; null while it never did.</summary>
    public TimeSpan? RailOffAt => Look(() => stage.OffAt);

    /// <summary>What a meter across the chip shows.</summary>
    public double CoreVolts => Look(() => stage.Volts);

    /// <summary>What the chips turn into heat.</summary>
    public double Watts => Look(ChipWatts);

    public double ChipDegrees => Look(() => metal.Chip);

    public double RegulatorDegrees => Look(() => metal.Regulator);

    /// <summary>The hottest the chip has been since the start.</summary>
    public double HottestDegrees => Look(() => metal.Hottest);

    /// <summary>What the fan chip drives the fan with, 0 to 1.</summary>
    public double FanDuty => Look(() => fanChip.Duty);

    /// <summary>Whether the fan chip's own look-up table drives the fan.</summary>
    public bool FanFollowsTable => Look(() => !fanChip.InDirectMode);

    public double FanRpm => Look(() => fan.Rpm);

    /// <summary>Whether the bridge holds the chips in reset.</summary>
    public bool ResetLow => Look(() => !resetReleased);

    /// <summary>When the bridge last pulled the reset low; null while it never did.</summary>
    public TimeSpan? ResetLowAt => Look(() => resetLowAt);

    /// <summary>Hashes per second that healthy silicon would compute in this state.</summary>
    public double HashRate => Look(() => hashRate);

    /// <summary>The chip's hash clock.</summary>
    public double Megahertz => Look(() => megahertz);

    /// <summary>How often the host wrote the regulator's non-volatile memory: never is the right answer.</summary>
    public int RegulatorStoreCommands => Look(() => regulator.StoreCommands);

    bool IBridgedBoard.BusHangs => faults.I2cDead;

    bool IBridgedBoard.ResetReleased
    {
        get => !ResetLow;
        set => Look(() =>
        {
            resetLowAt = resetReleased && !value ? last : resetLowAt;
            resetReleased = value;
            wasDown |= !value;
            return value;
        });
    }

    bool IBridgedBoard.Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        lock (gate)
        {
            Advance();
            var acknowledged = address == fanChipAddress ? fanChip.Transfer(write, read)
                : address == regulatorAddress && regulator.Transfer(write, read);
            Advance();
            return acknowledged;
        }
    }

    /// <summary>Whether the chips run, and whether they lost power or were reset since the last call.</summary>
    internal (bool Powered, bool WasDown) TakeSupply() => Look(() =>
    {
        var supply = (resetReleased && stage.Volts >= BrownOutVolts, wasDown);
        wasDown = false;
        return supply;
    });

    /// <summary>What the chips do, which decides what they draw.</summary>
    internal void Load(double chipMegahertz, double chipsClockedUnits, double chipHashRate) => Look(() =>
    {
        megahertz = chipMegahertz;
        clockedUnits = chipsClockedUnits;
        hashRate = chipHashRate;
        hashing = chipHashRate > 0;
        return true;
    });

    private T Look<T>(Func<T> look)
    {
        lock (gate)
        {
            Advance();
            return look();
        }
    }

    private void Advance()
    {
        var now = MonotonicClock.Now;
        var seconds = (now - last).TotalSeconds;
        last = now;
        regulator.Advance(seconds, now);
        fan.Advance(seconds, fanChip.Duty, faults.FanStalled);
        var watts = ChipWatts();
        var lost = watts * (1 / RegulatorEfficiency - 1);
        metal.Advance(seconds * thermalSpeed, watts, lost, fan.Fraction, faults.AmbientDegrees);
        wasDown |= stage.Volts < BrownOutVolts;
        Measure();
    }

    private double ChipWatts()
    {
        var square = stage.Volts * stage.Volts;
        var clocked = resetReleased && !faults.ChipDead ? clockedUnits * (hashing ? 1 : IdleShare) : 0;
        return square * (LeakageWattsPerVoltSquared * hashUnits + WattsPerMegahertzVoltSquared * clocked);
    }

    private void Measure()
    {
        var watts = ChipWatts();
        var amperes = stage.Volts > 0.01 ? watts / stage.Volts : 0;
        var supply = SupplyVolts - SupplyOhms * watts / RegulatorEfficiency / SupplyVolts;
        regulator.Inputs = new RailInputs(supply, amperes, metal.Regulator);
        fanChip.Inputs = new FanChipInputs(metal.Chip, metal.Board, fan.Rpm);
    }
}
