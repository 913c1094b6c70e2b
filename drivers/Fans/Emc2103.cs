using System.Device.I2c;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Fans;

/// <summary>
/// Microchip EMC2103: one fan with tach, two remote diodes, its own die. Sets itself up when first used, and again
/// when it finds its settings gone.
/// </summary>
/// <param name="ideality">Ideality factor of both remote diodes, registers 0x11 and 0x12.</param>
/// <param name="beta">Beta compensation of both, registers 0x14 and 0x15.</param>
public sealed class Emc2103(I2cDevice i2c, byte ideality, byte beta) : IFan, IIdentified
{
    private const byte Product1 = 0x24; // EMC2103-1; the kernel's driver knows both.
    private const byte Product2 = 0x26; // EMC2103-2 and -4.
    private const byte Manufacturer = 0x5D;
    private const byte Plain = 0x00; // No anti-parallel diodes, no masks.
    private const byte PolarityNormal = 0x00;

    private bool ready;

    private enum Register : byte
    {
        Internal = 0x00,
        External1 = 0x02,
        External2 = 0x04,
        Ideality1 = 0x11,
        Ideality2 = 0x12,
        Beta1 = 0x14,
        Beta2 = 0x15,
        Configuration = 0x20,
        PwmPolarity = 0x2A,
        FanSetting = 0x40,
        FanConfiguration = 0x42,
        TachHigh = 0x4E,
        TachLow = 0x4F,
        Product = 0xFD,
        Manufacturer = 0xFE,
    }

    public ITemperatureSensor External1 => new Channel(this, Register.External1);

    public ITemperatureSensor External2 => new Channel(this, Register.External2);

    /// <summary>The part's own die: about the board around it.</summary>
    public ITemperatureSensor Internal => new Channel(this, Register.Internal);

    /// <summary>A pair of temperature registers: 11 bits of 1/8 °C, and one code for a broken diode.</summary>
    public static SensorReading Decode(byte high, byte low)
    {
        const int Broken = 0x8000;
        var word = high << 8 | low;
        return word == Broken ? SensorFault.OpenDiode : new Celsius((unchecked((short)word) >> 5) / 8.0);
    }

    /// <summary>Elsewhere an EMC2302 has this address.</summary>
    public bool IsPresent() =>
        TryRead(Register.Product, out var product) && product is Product1 or Product2
        && TryRead(Register.Manufacturer, out var manufacturer) && manufacturer == Manufacturer;

    public bool TryDrive(DutyCycle duty) => IsOurs() && TryKeep(Register.FanSetting, TachCounter.StepOf(duty));

    public DutyCycle? ReadDuty() =>
        TryRead(Register.FanConfiguration, out var configuration) && configuration == TachCounter.Configuration
        && TryRead(Register.FanSetting, out var step)
            ? TachCounter.DutyOf(step)
            : null;

    public FanReading ReadSpeed() =>
        (ready || TrySetUp())
        && TryRead(Register.TachHigh, out var high) // High first: it latches the low byte.
        && TryRead(Register.TachLow, out var low)
            ? TachCounter.Decode(high, low, TachCounter.Range)
            : FanFault.NoAnswer;

    /// <summary>False where the part is not there, is another part, or does not keep its settings.</summary>
    private bool IsOurs()
    {
        if (!ready || !HasSettings())
        {
            ready = TrySetUp();
        }

        return ready;
    }

    private bool HasSettings() =>
        TryRead(Register.FanConfiguration, out var configuration) && configuration == TachCounter.Configuration
        && TryRead(Register.Ideality1, out var keptIdeality) && keptIdeality == ideality
        && TryRead(Register.Beta1, out var keptBeta) && keptBeta == beta;

    /// <summary>Identifies the part before writing. Leaves the fan full: nobody has judged the heat yet.</summary>
    private bool TrySetUp() =>
        ready = IsPresent()
        && TryKeep(Register.FanConfiguration, TachCounter.Configuration)
        && TryKeep(Register.PwmPolarity, PolarityNormal)
        && TryKeep(Register.FanSetting, byte.MaxValue)
        && TryKeep(Register.Configuration, Plain)
        && TryKeep(Register.Ideality1, ideality)
        && TryKeep(Register.Ideality2, ideality)
        && TryKeep(Register.Beta1, beta)
        && TryKeep(Register.Beta2, beta);

    private bool TryKeep(Register register, byte value) => i2c.TryKeepByte((byte)register, value);

    private bool TryRead(Register register, out byte value) => i2c.TryReadByte((byte)register, out value);

    /// <summary>A temperature's high byte stands at the register, its low byte behind it.</summary>
    private sealed class Channel(Emc2103 part, Register register) : ITemperatureSensor
    {
        public SensorReading Read() =>
            (part.ready || part.TrySetUp())
            && part.TryRead(register, out var high) // High first: it latches the low byte.
            && part.TryRead(register + 1, out var low)
                ? Decode(high, low).OfMetal()
                : SensorFault.NoAnswer;
    }
}
