using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// TI INA226 power meter over a shunt of the board, datasheet SBOS547. Set up at the first reading, and again after
/// one that failed: 128 samples averaged, a new value every 280 ms. Current is taken from the shunt's voltage, so that
/// no calibration can be wrong or lost.
/// </summary>
public sealed class Ina226 : IPowerMeter
{
    private const ushort TexasInstruments = 0x5449;
    private const ushort Die = 0x2260;
    private const ushort DieMask = 0xFFF0;
    private const ushort Averaging128 = 0x4927; // Shunt and bus in turn, 1.1 ms each.
    private const double ShuntVoltsPerStep = 2.5e-6;
    private const double BusVoltsPerStep = 1.25e-3;
    private const double BusVoltsMax = 36;

    private readonly I2cDevice i2c;
    private readonly double shuntOhms;
    private bool ready;

    public Ina226(I2cDevice i2c, double shuntOhms)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shuntOhms);
        this.i2c = i2c;
        this.shuntOhms = shuntOhms;
    }

    private enum Register : byte
    {
        Configuration = 0x00,
        Shunt = 0x01,
        Bus = 0x02,
        Manufacturer = 0xFE,
        Die = 0xFF,
    }

    public static Amperes DecodeCurrent(ushort word, double shuntOhms) =>
        new(unchecked((short)word) * ShuntVoltsPerStep / shuntOhms);

    /// <summary>Null for more than the part can measure: nobody sent it.</summary>
    public static Volts? DecodeVolts(ushort word) =>
        word * BusVoltsPerStep <= BusVoltsMax ? new Volts(word * BusVoltsPerStep) : null;

    public bool IsPresent() =>
        i2c.TryReadWord((byte)Register.Manufacturer, out var manufacturer) && manufacturer == TexasInstruments
        && i2c.TryReadWord((byte)Register.Die, out var die) && (die & DieMask) == Die;

    public MeterReading Read()
    {
        ready = (ready || (IsPresent() && i2c.TryKeepWord((byte)Register.Configuration, Averaging128)))
            && i2c.TryReadWord((byte)Register.Configuration, out var configuration) && configuration == Averaging128;
        if (!ready || !i2c.TryReadWord((byte)Register.Bus, out var bus) || DecodeVolts(bus) is not { } volts)
        {
            return default;
        }

        return MeterReading.Of(
            volts, i2c.TryReadWord((byte)Register.Shunt, out var shunt) ? DecodeCurrent(shunt, shuntOhms) : null);
    }
}
