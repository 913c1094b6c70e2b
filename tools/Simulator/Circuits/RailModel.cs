using Firmware.Boards;
using Simulator.Parts;

namespace Simulator.Circuits;

/// <summary>What gives the chips their voltage, whichever part it is.</summary>
internal abstract class RailModel
{
    /// <summary>The part on the bus; null where the rail has none.</summary>
    public abstract I2cPart? Part { get; }

    /// <summary>What a meter on the output shows.</summary>
    public abstract double Volts { get; }

    /// <summary>Whether the output is driven.</summary>
    public abstract bool On { get; }

    /// <summary>When it was driven last; null while it never stopped being.</summary>
    public abstract TimeSpan? OffAt { get; }

    /// <summary>How often the host wrote the part's non-volatile memory.</summary>
    public virtual int StoreCommands => 0;

    /// <summary>Before each transfer and each step.</summary>
    public abstract void Feel(in RailInputs inputs);

    public abstract void Advance(double seconds, TimeSpan now);

    /// <summary>A board that its last host left running.</summary>
    public abstract void StartOn(double volts);
}

internal sealed class Tps546Rail(int address, Faults faults) : RailModel
{
    private readonly RailStage stage = new();
    private Tps546Chip? chip;

    public override I2cPart Part => Chip;

    public override double Volts => stage.Volts;

    public override bool On => stage.On;

    public override TimeSpan? OffAt => stage.OffAt;

    public override int StoreCommands => Chip.StoreCommands;

    private Tps546Chip Chip => chip ??= new Tps546Chip(address, stage, faults);

    public override void Feel(in RailInputs inputs) => Chip.Inputs = inputs;

    public override void Advance(double seconds, TimeSpan now) => Chip.Advance(seconds, now);

    public override void StartOn(double volts) => Chip.StartOn(volts);
}

/// <summary>Whatever a pin switches on the board: what was written to it, and what became of that.</summary>
internal abstract class PinSwitchedRail(SwitchConfig wire, Faults faults) : RailModel
{
    /// <summary>The pin's level. A board that nobody has touched is off.</summary>
    public bool Level { get; set; } = !wire.OnHigh;

    protected bool Asked => (Level == wire.OnHigh || (faults.RailStuckOn && On)) && !faults.RailTripped;

    public override void StartOn(double volts) => Level = wire.OnHigh;
}

internal sealed class Tps536Rail : PinSwitchedRail
{
    private readonly Tps53647Chip chip;

    public Tps536Rail(SwitchConfig wire, Faults faults, int address, ushort deviceCode)
        : base(wire, faults) => chip = new Tps53647Chip(address, deviceCode);

    public override I2cPart Part => chip;

    public override double Volts => chip.Stage.Volts;

    public override bool On => chip.Stage.On;

    public override TimeSpan? OffAt => chip.Stage.OffAt;

    public override void Feel(in RailInputs inputs) => chip.Inputs = inputs;

    public override void Advance(double seconds, TimeSpan now)
    {
        chip.EnablePin = Asked;
        chip.Advance(seconds, now);
    }
}

/// <summary>A current DAC at the feedback of a regulator that knows no bus.</summary>
internal sealed class Ds4432uRail(SwitchConfig wire, Faults faults, Ds4432uChip chip) : PinSwitchedRail(wire, faults)
{
    private const double RiseSeconds = 0.002;

    private readonly RailStage stage = new();

    public override I2cPart Part => chip;

    public override double Volts => stage.Volts;

    public override bool On => stage.On;

    public override TimeSpan? OffAt => stage.OffAt;

    public override void Feel(in RailInputs inputs)
    {
    }

    public override void Advance(double seconds, TimeSpan now)
    {
        chip.Enabled = Asked;
        stage.Drive(chip.Enabled, now);
        stage.Advance(seconds, chip.Volts, RiseSeconds);
    }
}

/// <summary>A regulator that its resistors set, and a pin switches.</summary>
internal sealed class FixedRail(SwitchConfig wire, Faults faults, double volts) : PinSwitchedRail(wire, faults)
{
    private const double RiseSeconds = 0.002;

    private readonly RailStage stage = new();

    public override I2cPart? Part => null;

    public override double Volts => stage.Volts;

    public override bool On => stage.On;

    public override TimeSpan? OffAt => stage.OffAt;

    /// <summary>The regulator's own wire.</summary>
    public bool IsGood => stage.On && stage.Volts > 0.9 * volts;

    public override void Feel(in RailInputs inputs)
    {
    }

    public override void Advance(double seconds, TimeSpan now)
    {
        stage.Drive(Asked, now);
        stage.Advance(seconds, volts, RiseSeconds);
    }
}

internal sealed class Apw12Rail(SwitchConfig wire, Faults faults) : PinSwitchedRail(wire, faults)
{
    private const byte Type = 0x75;

    private readonly Apw12Unit unit = new(Type);
    private TimeSpan? offAt;

    public override I2cPart Part => unit;

    public override double Volts => unit.Volts;

    public override bool On => unit.Enabled;

    public override TimeSpan? OffAt => offAt;

    public override void Feel(in RailInputs inputs)
    {
    }

    public override void Advance(double seconds, TimeSpan now)
    {
        offAt = unit.Enabled && !Asked ? now : offAt;
        unit.Enabled = Asked;
        unit.Advance(TimeSpan.FromSeconds(seconds));
    }
}

internal sealed class Max15301Rail(int address) : RailModel
{
    private readonly Max15301Chip chip = new(address);

    public override I2cPart Part => chip;

    public override double Volts => chip.Stage.Volts;

    public override bool On => chip.Stage.On;

    public override TimeSpan? OffAt => chip.Stage.OffAt;

    public override void Feel(in RailInputs inputs) => chip.Inputs = inputs;

    public override void Advance(double seconds, TimeSpan now) => chip.Advance(seconds, now);

    public override void StartOn(double volts) => throw new NotSupportedException("It starts off.");
}
