using System.Device.I2c;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

/// <summary>
/// TI TPS546D24A / TPS546D24S buck converter over PMBus, as the single phase that feeds one chip from 5 V. Nothing is
/// ever stored in the part (no STORE command): every start writes the whole configuration anew.
/// </summary>
/// <param name="voltsMin">The lowest set-point, and the part's VOUT_MIN.</param>
/// <param name="voltsMax">The highest set-point, and the part's VOUT_MAX.</param>
public sealed class Tps546(I2cDevice i2c, Volts voltsMin, Volts voltsMax) : IPowerRail
{
    private const byte PecSupported = 0x80;

    /// <summary>Limits relative to the set-point; exponent −9, so 1.953 mV a step.</summary>
    private const byte RelativeMode = 0x97;
    private const int StepsPerVolt = 512;

    private const byte SwitchedOff = 0x00;
    private const byte SwitchedOn = 0x80;

    /// <summary>Obeys OPERATION, ignores the pin, and goes off at once.</summary>
    private const byte ObeysOperation = 0x1B;

    /// <summary>Needs OPERATION and the pin: nothing switches it on by half while it is being configured.</summary>
    private const byte ObeysBoth = 0x1F;

    /// <summary>The bits of ON_OFF_CONFIG without which OPERATION does not switch off.</summary>
    private const byte ObedienceBits = 0x18;

    private const ushort AllOnes = 0xFFFF;

    private readonly PmBus bus = new(i2c);
    private readonly Setting[] settings = FiveVoltSettings(voltsMin, voltsMax);
    private bool configured;
    private bool wantedOn;

    /// <summary>What IC_DEVICE_ID holds: D24A, D24S, and a D24A of an earlier marking.</summary>
    private static ReadOnlySpan<byte> DeviceIds =>
    [
        0x54, 0x49, 0x54, 0x6D, 0x24, 0x41,
        0x54, 0x49, 0x54, 0x6D, 0x24, 0x62,
        0x54, 0x49, 0x54, 0x6B, 0x24, 0x41,
    ];

    /// <summary>The part's own die: about the regulator's heat.</summary>
    public ITemperatureSensor Die => new DieSensor(this);

    /// <summary>Also finds out whether the part checks its packets; from then on every transfer is checked.</summary>
    public bool IsPresent()
    {
        const int IdLength = 6;
        if (TryReadCapability(out var capability))
        {
            bus.Pec = (capability & PecSupported) != 0;
        }

        Span<byte> id = stackalloc byte[IdLength];
        if (!bus.TryReadBlock((byte)Command.DeviceId, id))
        {
            return false;
        }

        for (var known = DeviceIds; known.Length > 0; known = known[IdLength..])
        {
            if (id.SequenceEqual(known[..IdLength]))
            {
                return true;
            }
        }

        return false;
    }

    public bool TryConfigure()
    {
        configured = IsPresent()
            && TryTurnOff()
            && TryKeepByte(Command.OnOffConfig, ObeysBoth)
            && TryKeepByte(Command.VoutMode, RelativeMode)
            && Array.TrueForAll(settings, TryKeep)
            && TryKeepByte(Command.OnOffConfig, ObeysOperation)
            && bus.TrySend((byte)Command.ClearFaults);
        return configured;
    }

    /// <summary>False as well before <see cref="TryConfigure"/> has succeeded: an unlimited output stays off.</summary>
    public bool TryTurnOn(Volts setPoint)
    {
        if (!configured
            || !bus.TryReadByte((byte)Command.OnOffConfig, out var obeys) || obeys != ObeysOperation
            || !TryKeep(Setting.Volts(Command.VoutCommand, CodeOf(setPoint))))
        {
            return false;
        }

        wantedOn = true;
        return TryKeepByte(Command.Operation, SwitchedOn);
    }

    /// <summary>True where the part reads back as told and says that its output is off.</summary>
    public bool TryTurnOff()
    {
        wantedOn = false;
        bus.TryWriteByte((byte)Command.Operation, SwitchedOff);

        // A part with its factory settings may obey its pin alone, or nothing.
        if (!bus.TryReadByte((byte)Command.OnOffConfig, out var obeys) || (obeys & ObedienceBits) != ObedienceBits)
        {
            bus.TryWriteByte((byte)Command.OnOffConfig, ObeysOperation);
            bus.TryWriteByte((byte)Command.Operation, SwitchedOff);
        }

        return bus.TryReadByte((byte)Command.Operation, out var operation) && (operation & SwitchedOn) == 0
            && bus.TryReadWord((byte)Command.StatusWord, out var status) && status != AllOnes
            && (status & Tps546Status.Off) != 0;
    }

    public RailReading Read()
    {
        var status = ReadStatus();
        return new(
            Input: ReadLinear(Command.ReadVin, 0, 25) is { } input ? new Volts(input) : null,
            Output: ReadOutput(),
            Current: ReadLinear(Command.ReadIout, -20, 100) is { } current ? new Amperes(current) : null,
            Temperature: ReadTemperature() is { } degrees ? new Celsius(degrees) : null,
            Status: status?.Word,
            Fault: status?.Fault(wantedOn));
    }

    /// <summary>The set-point's code: the nearest step that does not leave the limits.</summary>
    private ushort CodeOf(Volts setPoint)
    {
        var lowest = Math.Ceiling(voltsMin.Value * StepsPerVolt);
        var highest = Math.Floor(voltsMax.Value * StepsPerVolt);
        return (ushort)Math.Clamp(Math.Round(setPoint.Value * StepsPerVolt), lowest, highest);
    }

    /// <summary>
    /// The values that firmware in the field writes for single-chip boards on 5 V, with three changes to the safe
    /// side: the board's own output limits, over-temperature at 95/115 °C instead of the silicon's 105/145 °C, and a
    /// latched shutdown there instead of endless restarts. VIN_UV_WARN stays unwritten: the part refuses values
    /// between 2.5 and 8 V.
    /// </summary>
    private static Setting[] FiveVoltSettings(Volts voltsMin, Volts voltsMax) =>
    [
        Setting.Byte(Command.Phase, 0x00),
        Setting.Linear(Command.FrequencySwitch, 650, step: 25),
        Setting.Word(Command.StackConfig, 0x0000),
        Setting.Byte(Command.SyncConfig, 0x10),
        Setting.Word(Command.PinDetectOverride, AllOnes),
        Setting.Linear(Command.VinOn, 4.8, step: 0.25),
        Setting.Linear(Command.VinOff, 4.5, step: 0.25),
        Setting.Linear(Command.VinOvFaultLimit, 6.5, step: 0.25),
        Setting.Byte(Command.VinOvFaultResponse, 0xB7),
        Setting.Linear(Command.VoutScaleLoop, 0.25, step: 0),
        Setting.Volts(Command.VoutMax, VoltCode(voltsMax.Value)),
        Setting.Volts(Command.VoutMin, VoltCode(voltsMin.Value)),
        Setting.Volts(Command.VoutCommand, (ushort)Math.Ceiling(voltsMin.Value * StepsPerVolt)),
        Setting.Volts(Command.VoutOvFaultLimit, VoltCode(1.25)),
        Setting.Volts(Command.VoutOvWarnLimit, VoltCode(1.16)),
        Setting.Volts(Command.VoutMarginHigh, VoltCode(1.10)),
        Setting.Volts(Command.VoutMarginLow, VoltCode(0.90)),
        Setting.Volts(Command.VoutUvWarnLimit, VoltCode(0.90)),
        Setting.Volts(Command.VoutUvFaultLimit, VoltCode(0.75)),
        Setting.Linear(Command.IoutOcWarnLimit, 25, step: 0.5),
        Setting.Linear(Command.IoutOcFaultLimit, 30, step: 0.5),
        Setting.Byte(Command.IoutOcFaultResponse, 0xC0), // Off and latched.
        Setting.Linear(Command.OtWarnLimit, 95, step: 1),
        Setting.Linear(Command.OtFaultLimit, 115, step: 1),
        Setting.Byte(Command.OtFaultResponse, 0x80), // Off and latched.
        Setting.Linear(Command.TonRise, 3, step: 0.25),
        Setting.Byte(Command.TonMaxFaultResponse, 0x3B),
    ];

    private static ushort VoltCode(double value) =>
        PmBusNumbers.ToULinear16(value, PmBusNumbers.ExponentOf(RelativeMode));

    private bool TryReadCapability(out byte capability)
    {
        // Without the check: only the answer says whether the part has it.
        var pec = bus.Pec;
        bus.Pec = false;
        var answered = bus.TryReadByte((byte)Command.Capability, out capability);
        bus.Pec = pec;
        return answered;
    }

    private Tps546Status? ReadStatus()
    {
        // All ones are an empty bus, not a set of faults.
        if (!bus.TryReadWord((byte)Command.StatusWord, out var word) || word == AllOnes)
        {
            return null;
        }

        byte Detail(Command command, ushort summary) =>
            (word & summary) != 0 && bus.TryReadByte((byte)command, out var bits) && bits != 0xFF ? bits : (byte)0;

        return new Tps546Status(
            word,
            Vout: Detail(Command.StatusVout, Tps546Status.VoutSummary),
            Iout: Detail(Command.StatusIout, Tps546Status.IoutSummary),
            Input: Detail(Command.StatusInput, Tps546Status.InputSummary),
            Temperature: Detail(Command.StatusTemperature, Tps546Status.TemperatureSummary),
            Cml: Detail(Command.StatusCml, Tps546Status.CmlSummary),
            Manufacturer: Detail(Command.StatusMfrSpecific, Tps546Status.ManufacturerSummary));
    }

    private Volts? ReadOutput() =>
        bus.TryReadByte((byte)Command.VoutMode, out var mode)
        && bus.TryReadWord((byte)Command.ReadVout, out var word)
        && PmBusNumbers.FromULinear16(word, PmBusNumbers.ExponentOf(mode)) is <= 7 and var volts
            ? new Volts(volts)
            : null;

    private double? ReadTemperature() => ReadLinear(Command.ReadTemperature1, -40, 170);

    /// <summary>Null where the part does not answer, or says what it cannot measure.</summary>
    private double? ReadLinear(Command command, double min, double max) =>
        bus.TryReadWord((byte)command, out var word)
        && PmBusNumbers.FromLinear11(word) is var value
        && value >= min && value <= max
            ? value
            : null;

    private bool TryKeepByte(Command command, byte value) => TryKeep(Setting.Byte(command, value));

    /// <summary>Writes a setting and reads it back; the part may round to its own step.</summary>
    private bool TryKeep(Setting setting)
    {
        var command = (byte)setting.Command;
        if (setting.Kind == SettingKind.Byte)
        {
            return bus.TryWriteByte(command, (byte)setting.Bits)
                && bus.TryReadByte(command, out var kept)
                && kept == setting.Bits;
        }

        return bus.TryWriteWord(command, setting.Bits)
            && bus.TryReadWord(command, out var word)
            && setting.IsKeptBy(word);
    }

    private sealed class DieSensor(Tps546 part) : ITemperatureSensor
    {
        public SensorReading Read() => part.bus.TryReadWord((byte)Command.ReadTemperature1, out var word)
            ? PmBusNumbers.FromLinear11(word) is >= -273 and var degrees
                ? ((SensorReading)new Celsius(degrees)).OfMetal()
                : SensorFault.Implausible
            : SensorFault.NoAnswer;
    }
}
