using System.Device.Gpio;
using System.Device.I2c;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

/// <summary>Which of the two answers; the value is its device code, MFR_SPECIFIC_44.</summary>
public enum Tps536Model : ushort
{
    Tps53647 = 0x01F0,
    Tps53667 = 0x01F8,
}

/// <summary>How a board feeds its chips through a TPS536x7.</summary>
/// <param name="Phases">How many power stages the board has: 1 to 4 on a TPS53647, 1 to 6 on a TPS53667.</param>
/// <param name="FullScale">What the current sense is scaled to, whole amperes.</param>
/// <param name="Fault">Warning and fault of the output current.</param>
public readonly record struct Tps536Stages(int Phases, Amperes FullScale, Amperes Fault);

/// <summary>
/// TI TPS53647 and TPS53667 multiphase controllers over PMBus, set-points as VR12 codes of 5 mV, switched by a pin:
/// these parts run with OPERATION ignored, as firmware in the field runs them. Nothing is ever stored in the part.
/// </summary>
/// <param name="enable">High switches the output on.</param>
public sealed class Tps53647(
    I2cDevice i2c, Tps536Model model, Tps536Stages stages, Volts voltsMin, Volts voltsMax, GpioPin enable) : IPowerRail
{
    private const Command Phases = (Command)0xE4; // MFR_SPECIFIC_20
    private const Command PhaseMask = (Command)0xE8; // MFR_SPECIFIC_24
    private const Command Frequency = (Command)0xDC; // MFR_SPECIFIC_12
    private const Command FullScale = (Command)0xDA; // MFR_SPECIFIC_10
    private const Command Mode = (Command)0xDD; // MFR_SPECIFIC_13
    private const Command OutputVolts = (Command)0xD4; // MFR_SPECIFIC_04, in 1/512 V
    private const Command DeviceCode = (Command)0xFC; // MFR_SPECIFIC_44

    private const byte ObeysPin = 0x17;
    private const byte At500Kilohertz = 0x20;
    private const byte Vr12 = 0x89; // Without phase shedding, 0.68 mV/µs.

    private const double LowestCodeVolts = 0.25;
    private const double VoltsPerCode = 0.005;
    private const int CodeMax = 0xFF;
    private const int OutputExponent = -9;

    private readonly PmBus bus = new(i2c);
    private readonly Setting[] settings = SettingsOf(model, stages, voltsMin, voltsMax);
    private bool configured;
    private bool wantedOn;

    /// <summary>The part's own measure of its power stages' heat.</summary>
    public ITemperatureSensor Die => new PmBusRail.Die(bus);

    /// <summary>The VR12 code of a voltage: 1 is 0.25 V, each further one 5 mV more. 0 would be off.</summary>
    public static byte CodeOf(Volts volts) =>
        (byte)Math.Clamp(Math.Round((volts.Value - LowestCodeVolts) / VoltsPerCode) + 1, 1, CodeMax);

    /// <summary>Also finds out whether the part checks its packets; from then on every transfer is checked.</summary>
    public bool IsPresent()
    {
        bus.FindPec();
        return bus.TryReadWord((byte)DeviceCode, out var code) && code == (ushort)model;
    }

    public bool TryConfigure()
    {
        configured = IsPresent()
            && TryTurnOff()
            && Array.TrueForAll(settings, bus.TryKeep)
            && bus.TrySend((byte)Command.ClearFaults);
        return configured;
    }

    /// <summary>False as well before <see cref="TryConfigure"/> has succeeded: an unlimited output stays off.</summary>
    public bool TryTurnOn(Volts setPoint)
    {
        if (!configured
            || !bus.TryReadByte((byte)Command.OnOffConfig, out var obeys) || obeys != ObeysPin
            || !bus.TryKeep(Setting.Word(Command.VoutCommand, CodeWithin(setPoint))))
        {
            return false;
        }

        wantedOn = true;
        return enable.TryKeep(PinValue.High);
    }

    /// <summary>The pin alone switches. True where it reads back low and the part says that it is off.</summary>
    public bool TryTurnOff()
    {
        wantedOn = false;
        return enable.TryKeep(PinValue.Low) & bus.SaysItIsOff();
    }

    public RailReading Read() =>
        bus.ReadRail(amperesMax: 300, wantedOn, ownFaults: false) with { Output = ReadOutput() };

    /// <summary>The order is that of firmware in the field; heat trips 20 °C below the silicon's 145 °C.</summary>
    private static Setting[] SettingsOf(Tps536Model model, Tps536Stages stages, Volts voltsMin, Volts voltsMax)
    {
        var most = model == Tps536Model.Tps53647 ? 4 : 6;
        ArgumentOutOfRangeException.ThrowIfLessThan(stages.Phases, 1, nameof(stages));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stages.Phases, most, nameof(stages));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stages.FullScale.Value, byte.MaxValue, nameof(stages));
        Setting[] both =
        [
            Setting.Byte(Command.OnOffConfig, ObeysPin),
            Setting.Byte(Frequency, At500Kilohertz),
            Setting.Byte(FullScale, (byte)stages.FullScale.Value),
            Setting.Byte(Mode, Vr12),
            Setting.Byte(Phases, (byte)(stages.Phases - 1)),
            Setting.Word(Command.VoutMax, HighestWithin(voltsMax)),
            Setting.Word(Command.VoutCommand, LowestWithin(voltsMin)),
            Setting.Linear(Command.OtWarnLimit, 95, step: 1),
            Setting.Linear(Command.OtFaultLimit, 125, step: 1),
            Setting.Linear(Command.IoutOcWarnLimit, stages.Fault.Value, step: 1),
            Setting.Linear(Command.IoutOcFaultLimit, stages.Fault.Value, step: 1),
        ];
        return model == Tps536Model.Tps53647
            ? both
            :
            [
                .. both,
                Setting.Byte(PhaseMask, 0x00), // Every phase takes part.
                Setting.Linear(Command.IinOcWarnLimit, 25, step: 1),
                Setting.Linear(Command.IinOcFaultLimit, 28, step: 1),
            ];
    }

    /// <summary>The nearest code that does not leave the limits.</summary>
    private byte CodeWithin(Volts setPoint) =>
        Math.Clamp(CodeOf(setPoint), LowestWithin(voltsMin), HighestWithin(voltsMax));

    private static byte LowestWithin(Volts limit) => Rounded(limit, Math.Ceiling);

    private static byte HighestWithin(Volts limit) => Rounded(limit, Math.Floor);

    private static byte Rounded(Volts limit, Func<double, double> round)
    {
        const double arithmetic = 1e-6; // A limit that is a code must stay that code.
        var steps = (limit.Value - LowestCodeVolts) / VoltsPerCode;
        var nearest = Math.Round(steps);
        return (byte)Math.Clamp((Math.Abs(steps - nearest) < arithmetic ? nearest : round(steps)) + 1, 1, CodeMax);
    }

    private Volts? ReadOutput() =>
        bus.TryReadWord((byte)OutputVolts, out var word)
        && PmBusNumbers.FromULinear16(word, OutputExponent) is <= 4 and var volts
            ? new Volts(volts)
            : null;
}
