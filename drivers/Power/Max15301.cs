using System.Device.I2c;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

/// <summary>
/// Maxim MAX15301 buck controller over PMBus, and the BMR461 module made of it. No board that this project knows uses
/// it; identity, formats and the pause between transfers are those of the kernel's driver and the datasheet. Its
/// VOUT_MODE cannot be written: 1/4096 V, limits in volts. Nothing is ever stored in the part.
/// </summary>
/// <param name="currentMax">The fault limit of the output current; the warning stands at nine tenths of it.</param>
public sealed class Max15301(I2cDevice i2c, Volts voltsMin, Volts voltsMax, Amperes currentMax) : IPowerRail
{
    private const byte FixedMode = 0x14;
    private const int Exponent = -12;
    private const int StepsPerVolt = 4096;
    private const int NameLength = 8;
    private const byte LatchedOff = 0x80;
    private const double OverVoltage = 1.15; // The margin that the part itself gives VOUT_MAX is 1.10.

    /// <summary>Asked sooner, the part answers at random.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMicroseconds(100);

    private readonly PmBus bus = new(i2c) { Pause = Pause };
    private readonly Setting[] settings = SettingsOf(voltsMin, voltsMax, currentMax);
    private bool configured;
    private bool wantedOn;

    /// <summary>The part's own die: about the regulator's heat.</summary>
    public ITemperatureSensor Die => new PmBusRail.Die(bus);

    /// <summary>Also finds out whether the part checks its packets; from then on every transfer is checked.</summary>
    public bool IsPresent()
    {
        bus.FindPec();
        Span<byte> name = stackalloc byte[NameLength];
        return bus.TryReadBlockStart((byte)Command.DeviceId, name)
            && (name.SequenceEqual("MAX15301"u8) || name.StartsWith("BMR461"u8))
            && bus.TryReadByte((byte)Command.VoutMode, out var mode) && mode == FixedMode;
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
        if (!configured || !bus.IsObedient() || !bus.TryKeep(Setting.Volts(Command.VoutCommand, CodeOf(setPoint))))
        {
            return false;
        }

        wantedOn = true;
        return bus.TryKeep(Setting.Byte(Command.Operation, PmBusRail.SwitchedOn));
    }

    /// <summary>True where the part reads back as told and says that its output is off.</summary>
    public bool TryTurnOff()
    {
        wantedOn = false;
        return bus.TrySwitchOff();
    }

    public RailReading Read() =>
        bus.ReadRail(amperesMax: 100, wantedOn, ownFaults: false) with { Output = bus.ReadOutput(max: 7) };

    private static Setting[] SettingsOf(Volts voltsMin, Volts voltsMax, Amperes currentMax) =>
    [
        Setting.Volts(Command.VoutMax, (ushort)Math.Floor(voltsMax.Value * StepsPerVolt)),
        Setting.Volts(Command.VoutCommand, (ushort)Math.Ceiling(voltsMin.Value * StepsPerVolt)),
        Setting.Volts(
            Command.VoutOvFaultLimit,
            PmBusNumbers.ToULinear16(voltsMax.Value * OverVoltage, Exponent)),
        Setting.Linear(Command.IoutOcWarnLimit, currentMax.Value * 0.9, step: 0.5),
        Setting.Linear(Command.IoutOcFaultLimit, currentMax.Value, step: 0.5),
        Setting.Linear(Command.OtWarnLimit, 95, step: 1),
        Setting.Linear(Command.OtFaultLimit, 115, step: 1),
        Setting.Byte(Command.OtFaultResponse, LatchedOff),
        Setting.Byte(Command.OnOffConfig, PmBusRail.ObeysOperation),
    ];

    /// <summary>The set-point's code: the nearest step that does not leave the limits.</summary>
    private ushort CodeOf(Volts setPoint) => (ushort)Math.Clamp(
        Math.Round(setPoint.Value * StepsPerVolt),
        Math.Ceiling(voltsMin.Value * StepsPerVolt),
        Math.Floor(voltsMax.Value * StepsPerVolt));
}
