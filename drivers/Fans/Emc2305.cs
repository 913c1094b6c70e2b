using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Fans;

/// <summary>Which of the family answers; the value is its product register.</summary>
public enum Emc230xModel : byte
{
    Emc2305 = 0x34,
    Emc2303 = 0x35,
    Emc2302 = 0x36,
    Emc2301 = 0x37,
}

/// <summary>
/// Microchip EMC2301, EMC2302, EMC2303 and EMC2305, datasheet DS20006532: one, two, three or five fans with tach. Sets
/// itself up when first used, its watchdog included: four seconds without a word on the bus, and it drives every fan
/// fully by itself.
/// </summary>
public sealed class Emc2305(I2cDevice i2c, Emc230xModel model) : IIdentified
{
    /// <summary>Without a word on the bus for so long, the part drives every fan fully (its watchdog).</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(4);

    private const byte Manufacturer = 0x5D;

    /// <summary>Bit 5, the watchdog, beside bit 6, which keeps the bus plain I2C as after power-on.</summary>
    private const byte Watched = 0x60;
    private const byte PolarityNormal = 0x00;
    private const byte OpenDrain = 0x00; // As a four-wire fan's PWM input wants it.

    private const byte FanStride = 0x10;

    private bool ready;

    private enum Register : byte
    {
        Configuration = 0x20,
        PwmPolarity = 0x2A,
        PwmOutput = 0x2B,
        Setting = 0x30,
        FanConfiguration = 0x32,
        TachHigh = 0x3E,
        TachLow = 0x3F,
        Product = 0xFD,
        Manufacturer = 0xFE,
    }

    public int FanCount => FansOf(model);

    /// <param name="index">From 0; the datasheet counts from 1.</param>
    public IFan this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, FanCount);
            return new Fan(this, (byte)(index * FanStride));
        }
    }

    public static int FansOf(Emc230xModel model) => model switch
    {
        Emc230xModel.Emc2301 => 1,
        Emc230xModel.Emc2302 => 2,
        Emc230xModel.Emc2303 => 3,
        _ => 5,
    };

    public bool IsPresent() =>
        TryRead(Register.Product, 0, out var product) && product == (byte)model
        && TryRead(Register.Manufacturer, 0, out var manufacturer) && manufacturer == Manufacturer;

    /// <summary>False where the part is not there, is another part, or does not keep its settings.</summary>
    private bool IsOurs()
    {
        // A part that was reset has its watchdog off.
        if (!ready || !TryRead(Register.Configuration, 0, out var configuration) || configuration != Watched)
        {
            ready = TrySetUp();
        }

        return ready;
    }

    /// <summary>
    /// Identifies the part before writing. Leaves every fan full: nobody has judged the heat yet. The watchdog comes
    /// last, because it is what shows that all this has been done.
    /// </summary>
    private bool TrySetUp()
    {
        var kept = IsPresent()
            && TryKeep(Register.PwmPolarity, 0, PolarityNormal)
            && TryKeep(Register.PwmOutput, 0, OpenDrain);
        for (var i = 0; kept && i < FanCount; i++)
        {
            var offset = (byte)(i * FanStride);
            kept = TryKeep(Register.FanConfiguration, offset, TachCounter.Configuration)
                && TryKeep(Register.Setting, offset, byte.MaxValue);
        }

        return ready = kept && TryKeep(Register.Configuration, 0, Watched);
    }

    private bool TryKeep(Register register, byte offset, byte value) =>
        i2c.TryKeepByte((byte)((byte)register + offset), value);

    private bool TryRead(Register register, byte offset, out byte value) =>
        i2c.TryReadByte((byte)((byte)register + offset), out value);

    private sealed class Fan(Emc2305 part, byte offset) : IFan
    {
        public bool TryDrive(DutyCycle duty) =>
            part.IsOurs() && part.TryKeep(Register.Setting, offset, TachCounter.StepOf(duty));

        /// <summary>Null as well while the part is not watched: it was reset, and says what its power-on set.</summary>
        public DutyCycle? ReadDuty() =>
            part.TryRead(Register.Configuration, 0, out var configuration) && configuration == Watched
            && part.TryRead(Register.Setting, offset, out var step)
                ? TachCounter.DutyOf(step)
                : null;

        public FanReading ReadSpeed() =>
            (part.ready || part.TrySetUp())
            && part.TryRead(Register.TachHigh, offset, out var high) // High first: it latches the low byte.
            && part.TryRead(Register.TachLow, offset, out var low)
                ? TachCounter.Decode(high, low, TachCounter.Range)
                : FanFault.NoAnswer;
    }
}
