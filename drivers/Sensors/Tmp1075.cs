using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Sensors;

/// <summary>
/// TI TMP1075 temperature sensor, datasheet SBOS854. Identified and set up at the first reading, and again after a
/// reading that failed: continuous conversion, and its alert pin as a comparator, whether or not a board has wired it.
/// The variant TMP1075N has no identity; drive it as an <see cref="Lm75"/>.
/// </summary>
/// <param name="alertAt">The pin goes low from here on, and high again 5 °C below.</param>
public sealed class Tmp1075(I2cDevice i2c, Celsius alertAt) : ITemperatureSensor, IIdentified
{
    private const ushort DieId = 0x7500;
    private const double StepsPerDegree = 256; // 12 bits, left-justified: the whole word counts 1/256 °C.
    private const ushort UnusedBits = 0x000F;
    private const double AlertHysteresis = 5;
    private const byte RunsContinuously = 0x00; // Comparator, low when hot, at the first conversion that says so.

    private bool ready;

    private enum Register : byte
    {
        Temperature = 0x00,
        Configuration = 0x01,
        AlertLow = 0x02,
        AlertHigh = 0x03,
        DieId = 0x0F,
    }

    /// <summary>The temperature register as in the datasheet; with bits that never are set, nobody sent it.</summary>
    public static SensorReading Decode(ushort word) =>
        (word & UnusedBits) == 0 ? new Celsius(unchecked((short)word) / StepsPerDegree) : SensorFault.Implausible;

    public bool IsPresent() => i2c.TryReadWord((byte)Register.DieId, out var id) && id == DieId;

    public SensorReading Read()
    {
        ushort word = 0;
        ready = (ready || TrySetUp()) && i2c.TryReadWord((byte)Register.Temperature, out word);
        return ready ? Decode(word).OfMetal() : SensorFault.NoAnswer;
    }

    private static ushort LimitOf(double degrees) =>
        unchecked((ushort)((int)Math.Clamp(Math.Round(degrees * 16), -2048, 2047) << 4));

    private bool TrySetUp() =>
        IsPresent()
        && i2c.TryKeepByte((byte)Register.Configuration, RunsContinuously)
        && i2c.TryKeepWord((byte)Register.AlertLow, LimitOf(alertAt.Degrees - AlertHysteresis))
        && i2c.TryKeepWord((byte)Register.AlertHigh, LimitOf(alertAt.Degrees));
}
