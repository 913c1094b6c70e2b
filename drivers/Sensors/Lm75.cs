using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Sensors;

/// <summary>
/// LM75 and the parts made after it: LM75A (11 bits), TMP75, NCT75 and TMP1075N (12 bits). None of them has an
/// identity, so nothing is ever written to one: what answers is only held against what such a part can say.
/// </summary>
public sealed class Lm75 : ITemperatureSensor, IIdentified
{
    private const int FewestBits = 9;
    private const int MostBits = 12;
    private const ushort NobodyAnswers = 0xFFFF;
    private const byte ShutDown = 0x01;
    private const ushort UnusedLimitBits = 0x000F;

    private readonly I2cDevice i2c;
    private readonly int bits;
    private bool ready;

    /// <param name="bits">Bits of a reading, 9 to 12; what stands below them is not defined.</param>
    public Lm75(I2cDevice i2c, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, FewestBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MostBits);
        this.i2c = i2c;
        this.bits = bits;
    }

    private enum Register : byte
    {
        Temperature = 0x00,
        Configuration = 0x01,
        Hysteresis = 0x02,
        Limit = 0x03,
    }

    /// <summary>The temperature register: two's complement, left-justified, down to 0.0625 °C at 12 bits.</summary>
    public static SensorReading Decode(ushort word, int bits) =>
        word == NobodyAnswers
            ? SensorFault.NoAnswer
            : new Celsius((unchecked((short)word) >> (16 - bits)) / (double)(1 << (bits - 8)));

    /// <summary>It runs, and its limits are two that such a part can hold. Weaker than an identity.</summary>
    public bool IsPresent() =>
        i2c.TryReadByte((byte)Register.Configuration, out var configuration) && (configuration & ShutDown) == 0
        && i2c.TryReadWord((byte)Register.Hysteresis, out var low) && (low & UnusedLimitBits) == 0
        && i2c.TryReadWord((byte)Register.Limit, out var high) && (high & UnusedLimitBits) == 0
        && unchecked((short)low) < unchecked((short)high);

    public SensorReading Read()
    {
        var word = NobodyAnswers;
        ready = (ready || IsPresent()) && i2c.TryReadWord((byte)Register.Temperature, out word);
        return ready ? Decode(word, bits).OfMetal() : SensorFault.NoAnswer;
    }
}
