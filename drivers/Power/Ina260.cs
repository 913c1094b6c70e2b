using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// TI INA260 power meter with its own shunt, datasheet SBOS656. Set up at the first reading, and again after one that
/// failed: 128 samples averaged, a new value every 280 ms, and its alert pin latched above a power, whether or not a
/// board has wired it.
/// </summary>
public sealed class Ina260(I2cDevice i2c, Watts alertAbove) : IPowerMeter
{
    private const ushort TexasInstruments = 0x5449;
    private const ushort Die = 0x2270;
    private const ushort DieMask = 0xFFF0;

    private const ushort Averaging128 = 0x6927; // Voltage and current in turn, 1.1 ms each.
    private const ushort AlertOnPower = 0x0801; // Latched until the register is read.
    private const ushort AlertSettings = 0xFC03;

    private const double AmperesPerStep = 1.25e-3;
    private const double VoltsPerStep = 1.25e-3;
    private const double WattsPerStep = 10e-3;
    private const double VoltsMax = 36;

    private bool ready;

    private enum Register : byte
    {
        Configuration = 0x00,
        Current = 0x01,
        BusVoltage = 0x02,
        Power = 0x03,
        Mask = 0x06,
        AlertLimit = 0x07,
        Manufacturer = 0xFE,
        Die = 0xFF,
    }

    /// <summary>Signed: a current that flows back is no large one.</summary>
    public static Amperes DecodeCurrent(ushort word) => new(unchecked((short)word) * AmperesPerStep);

    /// <summary>Null for more than the part can measure: nobody sent it.</summary>
    public static Volts? DecodeVolts(ushort word) =>
        word * VoltsPerStep <= VoltsMax ? new Volts(word * VoltsPerStep) : null;

    public static Watts DecodePower(ushort word) => new(word * WattsPerStep);

    public bool IsPresent() =>
        i2c.TryReadWord((byte)Register.Manufacturer, out var manufacturer) && manufacturer == TexasInstruments
        && i2c.TryReadWord((byte)Register.Die, out var die) && (die & DieMask) == Die;

    public MeterReading Read()
    {
        ready = (ready || TrySetUp())
            && i2c.TryReadWord((byte)Register.Configuration, out var configuration) && configuration == Averaging128;
        if (!ready
            || !i2c.TryReadWord((byte)Register.BusVoltage, out var bus) || DecodeVolts(bus) is not { } volts)
        {
            return default;
        }

        return new(
            volts,
            i2c.TryReadWord((byte)Register.Current, out var current) ? DecodeCurrent(current) : null,
            i2c.TryReadWord((byte)Register.Power, out var power) ? DecodePower(power) : null);
    }

    private bool TrySetUp()
    {
        var limit = (ushort)Math.Clamp(Math.Floor(alertAbove.Value / WattsPerStep), 0, ushort.MaxValue);
        return IsPresent()
            && i2c.TryKeepWord((byte)Register.Configuration, Averaging128)
            && i2c.TryKeepWord((byte)Register.AlertLimit, limit)
            && i2c.TryWriteWord((byte)Register.Mask, AlertOnPower)
            && i2c.TryReadWord((byte)Register.Mask, out var mask) && (mask & AlertSettings) == AlertOnPower;
    }
}
