using System.Device.I2c;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Fans;

/// <summary>
/// Microchip EMC2101: one fan with tach, one remote diode, its own die. Sets itself up when first used, and again
/// when it finds its settings gone. It has no watchdog for the host; what it has is a fan curve of its own, see
/// <see cref="TryHandOver"/>.
/// </summary>
/// <param name="ideality">Ideality factor of the remote diode, register 0x17.</param>
/// <param name="beta">Beta compensation of the remote diode, register 0x18.</param>
public sealed class Emc2101(I2cDevice i2c, byte ideality, byte beta) : IFan, IIdentified
{
    private const byte Product = 0x16;
    private const byte ProductR = 0x28;
    private const byte Manufacturer = 0x5D;

    private const byte AlertPinIsTach = 0x04;
    private const byte HostDrives = 0x23; // Curve off and writable, tach in mode 3.
    private const byte CurveDrives = 0x03;

    private const int FullStep = 63;
    private const double TachClock = 5_400_000; // Counts a minute.
    private const int StoppedCount = 0xFFFF;
    private const double FastestRpm = 30_000;

    /// <summary>°C and fan step: 40 %, from 50 °C 60 %, from 60 °C full. A broken diode reads hot.</summary>
    private static readonly (byte Degrees, byte Step)[] Curve =
        [(0, 25), (50, 38), (60, 63), (127, 63), (127, 63), (127, 63), (127, 63), (127, 63)];

    private bool ready;

    private enum Register : byte
    {
        InternalTemperature = 0x00,
        ExternalHigh = 0x01,
        Configuration = 0x03,
        ExternalLow = 0x10,
        Ideality = 0x17,
        Beta = 0x18,
        TachLow = 0x46,
        TachHigh = 0x47,
        FanConfiguration = 0x4A,
        FanSetting = 0x4C,
        Curve = 0x50,
        Product = 0xFD,
        Manufacturer = 0xFE,
    }

    /// <summary>The remote diode: on a Bitaxe the one inside the hashing chip.</summary>
    public ITemperatureSensor External => new Diode(this);

    /// <summary>The part's own die: about the board around it.</summary>
    public ITemperatureSensor Internal => new Die(this);

    /// <summary>The fan's step for a duty: 0 to 63, rounded.</summary>
    public static byte StepOf(DutyCycle duty) =>
        (byte)Math.Round(duty.Fraction * FullStep, MidpointRounding.AwayFromZero);

    /// <summary>The remote diode's registers as in the datasheet: 11 bits of 1/8 °C, two codes for faults.</summary>
    public static SensorReading Decode(byte high, byte low)
    {
        const int Open = 0x3F8;
        const int Shorted = 0x3FF;
        var raw = (high << 8 | low) >> 5;
        return raw switch
        {
            Open => SensorFault.OpenDiode,
            Shorted => SensorFault.ShortedDiode,
            _ => new Celsius((raw < 0x400 ? raw : raw - 0x800) / 8.0),
        };
    }

    /// <summary>Revolutions per minute of a tach count.</summary>
    public static FanReading DecodeTach(int count) => count switch
    {
        StoppedCount => FanFault.Stopped,
        <= (int)(TachClock / FastestRpm) => FanFault.Implausible,
        _ => new Rpm(TachClock / count),
    };

    /// <summary>Product and manufacturer are an EMC2101's: elsewhere another part has this address.</summary>
    public bool IsPresent() =>
        TryRead(Register.Product, out var product) && product is Product or ProductR
        && TryRead(Register.Manufacturer, out var manufacturer) && manufacturer == Manufacturer;

    public bool TryDrive(DutyCycle duty)
    {
        var step = StepOf(duty);
        return IsOurs()
            && TryWrite(Register.FanSetting, step)
            && TryRead(Register.FanSetting, out var setting)
            && setting == step;
    }

    /// <summary>Null as well while the part's own curve drives the fan.</summary>
    public DutyCycle? ReadDuty() =>
        TryRead(Register.FanConfiguration, out var configuration) && configuration == HostDrives
        && TryRead(Register.FanSetting, out var step) && step <= FullStep
            ? new DutyCycle(step / (double)FullStep)
            : null;

    public FanReading ReadSpeed() =>
        (ready || TrySetUp())
        && TryRead(Register.TachLow, out var low) // Low first: it latches the high byte.
        && TryRead(Register.TachHigh, out var high)
            ? DecodeTach(high << 8 | low)
            : FanFault.NoAnswer;

    /// <summary>
    /// Leaves the fan to the part's own curve over the diode's temperature, so that it cools without a host. The next
    /// <see cref="TryDrive"/> takes it back. False where the part did not obey.
    /// </summary>
    public bool TryHandOver() =>
        IsOurs()
        && TryWriteCurve()
        && TryWrite(Register.FanConfiguration, CurveDrives)
        && TryRead(Register.FanConfiguration, out var configuration)
        && configuration == CurveDrives;

    /// <summary>False where the part is not there, is another part, or does not keep its settings.</summary>
    private bool IsOurs()
    {
        // A part that was reset, or left to its curve, has another fan configuration than ours: set it up again.
        if (!ready || !TryRead(Register.FanConfiguration, out var configuration) || configuration != HostDrives)
        {
            ready = TrySetUp();
        }

        return ready;
    }

    /// <summary>Identifies the part before writing. Leaves the fan full: nobody has judged the heat yet.</summary>
    private bool TrySetUp() =>
        ready = IsPresent()
        && TryKeep(Register.FanConfiguration, HostDrives)
        && TryKeep(Register.FanSetting, FullStep)
        && TryKeep(Register.Configuration, AlertPinIsTach)
        && TryKeep(Register.Ideality, ideality)
        && TryKeep(Register.Beta, beta);

    private bool TryWriteCurve()
    {
        var kept = true;
        for (var i = 0; kept && i < Curve.Length; i++)
        {
            var pair = (byte)Register.Curve + 2 * i;
            kept = TryKeep((Register)pair, Curve[i].Degrees) && TryKeep((Register)(pair + 1), Curve[i].Step);
        }

        return kept;
    }

    private bool TryKeep(Register register, byte value) => i2c.TryKeepByte((byte)register, value);

    private bool TryWrite(Register register, byte value) => i2c.TryWriteByte((byte)register, value);

    private bool TryRead(Register register, out byte value) => i2c.TryReadByte((byte)register, out value);

    private sealed class Diode(Emc2101 part) : ITemperatureSensor
    {
        public SensorReading Read() =>
            (part.ready || part.TrySetUp())
            && part.TryRead(Register.ExternalHigh, out var high) // High first: it latches the low byte.
            && part.TryRead(Register.ExternalLow, out var low)
                ? Decode(high, low).OfMetal()
                : SensorFault.NoAnswer;
    }

    private sealed class Die(Emc2101 part) : ITemperatureSensor
    {
        public SensorReading Read() =>
            (part.ready || part.TrySetUp()) && part.TryRead(Register.InternalTemperature, out var degrees)
                ? ((SensorReading)new Celsius(unchecked((sbyte)degrees))).OfMetal()
                : SensorFault.NoAnswer;
    }
}
