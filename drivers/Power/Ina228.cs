using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// TI INA228 power meter over a shunt of the board, datasheet SBOSA20: 20 bits, to 85 V. Set up at the first reading,
/// and again after one that failed: 64 samples averaged, a new value every 200 ms. Current is taken from the shunt's
/// voltage, so that no calibration can be wrong or lost.
/// </summary>
public sealed class Ina228 : IPowerMeter
{
    private const ushort TexasInstruments = 0x5449;
    private const ushort Device = 0x2280;
    private const ushort DeviceMask = 0xFFF0;
    private const ushort WideShuntRange = 0x0000; // ±163.84 mV.
    private const ushort Averaging64 = 0xFB6B; // Bus, shunt and die in turn, 1.05 ms each.
    private const double ShuntVoltsPerStep = 312.5e-9;
    private const double BusVoltsPerStep = 195.3125e-6;
    private const double BusVoltsMax = 86;

    private readonly I2cDevice i2c;
    private readonly double shuntOhms;
    private bool ready;

    public Ina228(I2cDevice i2c, double shuntOhms)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shuntOhms);
        this.i2c = i2c;
        this.shuntOhms = shuntOhms;
    }

    private enum Register : byte
    {
        Configuration = 0x00,
        AdcConfiguration = 0x01,
        Shunt = 0x04,
        Bus = 0x05,
        Manufacturer = 0x3E,
        Device = 0x3F,
    }

    /// <param name="steps">The register's upper 20 bits, two's complement.</param>
    public static Amperes DecodeCurrent(int steps, double shuntOhms) => new(steps * ShuntVoltsPerStep / shuntOhms);

    /// <summary>Null for more than the part can measure, or less than nothing: nobody sent it.</summary>
    /// <param name="steps">The register's upper 20 bits, two's complement.</param>
    public static Volts? DecodeVolts(int steps) =>
        steps >= 0 && steps * BusVoltsPerStep <= BusVoltsMax ? new Volts(steps * BusVoltsPerStep) : null;

    public bool IsPresent() =>
        i2c.TryReadWord((byte)Register.Manufacturer, out var manufacturer) && manufacturer == TexasInstruments
        && i2c.TryReadWord((byte)Register.Device, out var device) && (device & DeviceMask) == Device;

    public MeterReading Read()
    {
        ready = (ready || TrySetUp())
            && i2c.TryReadWord((byte)Register.AdcConfiguration, out var kept) && kept == Averaging64;
        if (!ready || !TryReadSteps(Register.Bus, out var bus) || DecodeVolts(bus) is not { } volts)
        {
            return default;
        }

        return MeterReading.Of(
            volts, TryReadSteps(Register.Shunt, out var shunt) ? DecodeCurrent(shunt, shuntOhms) : null);
    }

    private bool TrySetUp() =>
        IsPresent()
        && i2c.TryKeepWord((byte)Register.Configuration, WideShuntRange)
        && i2c.TryKeepWord((byte)Register.AdcConfiguration, Averaging64);

    /// <summary>Three bytes, high first, of which the lowest four bits say nothing.</summary>
    private bool TryReadSteps(Register register, out int steps)
    {
        Span<byte> bytes = stackalloc byte[3];
        var answered = i2c.TryWriteRead([(byte)register], bytes);
        steps = unchecked(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8) >> 12;
        return answered;
    }
}
