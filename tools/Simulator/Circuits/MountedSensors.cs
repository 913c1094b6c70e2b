using Firmware.Boards;
using Simulator.Parts;

namespace Simulator.Circuits;

/// <summary>A part with temperatures, and perhaps a fan, at one address.</summary>
/// <param name="sensors">Those of the board file that live in the part.</param>
internal abstract class MountedSensors(int bus, int address, I2cPart part, SensorConfig[] sensors)
    : Mounted(bus, address, part)
{
    public override void Feel(in Climate climate, Faults faults)
    {
        if (Part is RegisterPart registers)
        {
            registers.Silent = faults.SensorSilent;
        }

        if (!faults.SensorStuck)
        {
            Warm(climate, faults);
        }
    }

    protected abstract void Warm(in Climate climate, Faults faults);

    /// <summary>The temperature of one of the part's sensors; of one that nobody uses, the board's.</summary>
    protected double Degrees(in Climate climate, params ReadOnlySpan<string> names)
    {
        foreach (var sensor in sensors)
        {
            if (names.Contains(sensor.Part))
            {
                return climate.At(sensor);
            }
        }

        return climate.Board;
    }
}

/// <summary>It knows its faults itself.</summary>
internal sealed class MountedEmc2101 : Mounted
{
    private readonly SensorConfig? external;
    private readonly SensorConfig? own;

    public MountedEmc2101(int bus, int address, Emc2101Chip chip, SensorConfig[] sensors)
        : base(bus, address, chip)
    {
        Chip = chip;
        Fan = new(() => chip.Duty);
        external = Array.Find(sensors, sensor => sensor.Part == "emc2101-external");
        own = Array.Find(sensors, sensor => sensor.Part == "emc2101-internal");
    }

    public Emc2101Chip Chip { get; }

    public MountedFan Fan { get; }

    public override void Feel(in Climate climate, Faults faults) => Chip.Inputs = new(
        external is null ? climate.Chip : climate.At(external),
        own is null ? climate.Board : climate.At(own),
        Fan.Rpm);
}

internal sealed class MountedEmc2103 : MountedSensors
{
    private readonly Emc2103Chip chip;

    public MountedEmc2103(int bus, int address, Emc2103Chip chip, SensorConfig[] sensors)
        : base(bus, address, chip, sensors)
    {
        this.chip = chip;
        Fan = new(() => chip.Fan.Duty);
    }

    public MountedFan Fan { get; }

    public override void Feel(in Climate climate, Faults faults)
    {
        base.Feel(climate, faults);
        chip.Fan.Rpm = Fan.Rpm;
    }

    protected override void Warm(in Climate climate, Faults faults)
    {
        var broken = faults.SensorOpen || faults.SensorShort;
        chip.Degrees[0] = Degrees(climate, "emc2103-internal");
        chip.Degrees[1] = broken ? null : Degrees(climate, "emc2103-external1");
        chip.Degrees[2] = broken ? null : Degrees(climate, "emc2103-external2");
    }
}

internal sealed class MountedTmp75(int bus, int address, Tmp75Chip chip, SensorConfig[] sensors)
    : MountedSensors(bus, address, chip, sensors)
{
    protected override void Warm(in Climate climate, Faults faults) =>
        chip.Degrees = Degrees(climate, "lm75a", "tmp75", "tmp1075");
}

internal sealed class MountedTmp451(int bus, int address, Tmp451Chip chip, SensorConfig[] sensors)
    : MountedSensors(bus, address, chip, sensors)
{
    public override void Advance(double seconds, TimeSpan now) => chip.Convert();

    protected override void Warm(in Climate climate, Faults faults)
    {
        chip.LocalDegrees = Degrees(climate, "tmp451-local", "adt7461-local", "nct218");
        chip.RemoteDegrees = Degrees(climate, "tmp451-remote", "adt7461-remote");
        chip.Wires = faults.SensorOpen ? DiodeWires.Open : faults.SensorShort ? DiodeWires.Shorted : DiodeWires.Good;
    }
}

/// <summary>A fan controller without temperatures.</summary>
internal sealed class MountedEmc2305 : Mounted
{
    private readonly Emc2305Chip chip;
    private readonly MountedFan?[] fans;

    public MountedEmc2305(int bus, int address, Emc2305Chip chip)
        : base(bus, address, chip)
    {
        this.chip = chip;
        fans = new MountedFan?[chip.Fans.Length];
    }

    /// <summary>A fan at this output of the part, from 1.</summary>
    public MountedFan Connect(int channel) =>
        fans[channel - 1] ??= new(() => chip.Fans[channel - 1].Duty);

    public override void Advance(double seconds, TimeSpan now) => chip.Advance(TimeSpan.FromSeconds(seconds));

    public override void Feel(in Climate climate, Faults faults)
    {
        for (var i = 0; i < fans.Length; i++)
        {
            chip.Fans[i].Rpm = fans[i]?.Rpm ?? 0;
        }
    }
}

/// <summary>In the board's supply line.</summary>
internal sealed class MountedMeter(int bus, int address, InaChip chip) : Mounted(bus, address, chip)
{
    public override void Advance(double seconds, TimeSpan now) => chip.Convert();

    public override void Feel(in Climate climate, Faults faults) =>
        (chip.Volts, chip.Amperes) = (climate.SupplyVolts, climate.SupplyAmperes);
}

internal sealed class MountedPanel(int bus, int address, Ssd1306Panel panel) : Mounted(bus, address, panel)
{
    public Ssd1306Panel Panel => panel;
}
