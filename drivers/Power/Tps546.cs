using System.Device.I2c;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

/// <summary>
/// TI TPS546D24A / TPS546D24S buck converter over PMBus, alone or as a stack that answers as one. Nothing is ever
/// stored in the part (no STORE command): every start writes the whole configuration anew. The two differ in their
/// identity, and in that the D24S answers some 15 ms later after power-on: asked sooner, it is not present yet.
/// </summary>
/// <param name="voltsMin">The lowest set-point, and the part's VOUT_MIN.</param>
/// <param name="voltsMax">The highest set-point, and the part's VOUT_MAX.</param>
/// <param name="stage">What the board has built around the part.</param>
public sealed class Tps546(I2cDevice i2c, Volts voltsMin, Volts voltsMax, Tps546Stage stage) : IPowerRail
{
    /// <summary>Limits relative to the set-point; exponent −9, so 1.953 mV a step.</summary>
    internal const byte RelativeMode = 0x97;
    internal const int StepsPerVolt = 512;

    /// <summary>Needs OPERATION and the pin: nothing switches it on by half while it is being configured.</summary>
    private const byte ObeysBoth = 0x1F;

    private readonly PmBus bus = new(i2c);
    private readonly Setting[] settings = stage.Settings(voltsMin, voltsMax);
    private readonly byte[] compensation = stage.Compensation;
    private bool configured;
    private bool wantedOn;

    /// <summary>What IC_DEVICE_ID holds: D24A, D24S, and a D24A of an earlier marking.</summary>
    private static ReadOnlySpan<byte> DeviceIds =>
    [
        0x54, 0x49, 0x54, 0x6D, 0x24, 0x41,
        0x54, 0x49, 0x54, 0x6D, 0x24, 0x62,
        0x54, 0x49, 0x54, 0x6B, 0x24, 0x41,
    ];

    public Volts? InputOn { get; } = new Volts(stage.InputOn);

    /// <summary>The part's own die: about the regulator's heat.</summary>
    public ITemperatureSensor Die => new PmBusRail.Die(bus);

    /// <summary>Also finds out whether the part checks its packets; from then on every transfer is checked.</summary>
    public bool IsPresent()
    {
        const int IdLength = 6;
        bus.FindPec();
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
            && bus.TryKeep(Setting.Byte(Command.OnOffConfig, ObeysBoth))
            && bus.TryKeep(Setting.Byte(Command.VoutMode, RelativeMode))
            && Array.TrueForAll(settings, bus.TryKeep)
            && (compensation.Length == 0 || TryKeepCompensation())
            && bus.TryKeep(Setting.Byte(Command.OnOffConfig, PmBusRail.ObeysOperation))
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

    public RailReading Read() => bus.ReadRail(amperesMax: 100, wantedOn) with { Output = bus.ReadOutput(max: 7) };

    /// <summary>The set-point's code: the nearest step that does not leave the limits.</summary>
    private ushort CodeOf(Volts setPoint)
    {
        var lowest = Math.Ceiling(voltsMin.Value * StepsPerVolt);
        var highest = Math.Floor(voltsMax.Value * StepsPerVolt);
        return (ushort)Math.Clamp(Math.Round(setPoint.Value * StepsPerVolt), lowest, highest);
    }

    private bool TryKeepCompensation()
    {
        Span<byte> kept = stackalloc byte[compensation.Length];
        return bus.TryWriteBlock((byte)Command.CompensationConfig, compensation)
            && bus.TryReadBlock((byte)Command.CompensationConfig, kept)
            && kept.SequenceEqual(compensation);
    }
}
