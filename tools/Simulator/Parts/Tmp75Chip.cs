namespace Simulator.Parts;

/// <summary>
/// The two-wire thermometers around the LM75 at their registers: one temperature, limits, and a pin that says that
/// the upper one was reached. A TMP1075 has an identity besides.
/// </summary>
/// <param name="bits">9 for an LM75, 11 for an LM75A, 12 for the others.</param>
internal sealed class Tmp75Chip(int bits, bool isTmp1075) : RegisterPart
{
    private const byte Temperature = 0x00;
    private const byte Configuration = 0x01;
    private const byte Hysteresis = 0x02;
    private const byte Limit = 0x03;
    private const byte DieId = 0x0F;
    private const byte ShutDown = 0x01;
    private const byte ActiveHigh = 0x04;

    private byte configuration;
    private int hysteresis = 0x4B00;
    private int limit = 0x5000;
    private int lastConversion;
    private bool hot;

    /// <summary>The metal under the part. A conversion follows at once, unless the part is shut down.</summary>
    public double Degrees
    {
        get;
        set
        {
            field = value;
            Convert();
        }
    }

    /// <summary>The alert pin pulls its wire down.</summary>
    public bool PinLow => hot != ((configuration & ActiveHigh) != 0);

    /// <summary>Power was away for a moment.</summary>
    public void Reset() => (configuration, hysteresis, limit, hot) = (0, 0x4B00, 0x5000, false);

    protected override bool Holds(byte register) => register <= Limit || (isTmp1075 && register == DieId);

    protected override byte[] Read(byte register) => register switch
    {
        Temperature => HighFirst(lastConversion),
        Configuration => isTmp1075 ? [configuration, 0xFF] : [configuration],
        Hysteresis => HighFirst(hysteresis),
        Limit => HighFirst(limit),
        _ => HighFirst(0x7500),
    };

    protected override void Write(byte register, ReadOnlySpan<byte> value)
    {
        if (register == Configuration)
        {
            configuration = value[0];
        }
        else if (register is Hysteresis or Limit && value.Length == 2)
        {
            var word = (value[0] << 8 | value[1]) & (bits == 12 ? 0xFFF0 : 0xFF80);
            (hysteresis, limit) = register == Limit ? (hysteresis, word) : (word, limit);
        }

        Convert();
    }

    private void Convert()
    {
        if ((configuration & ShutDown) != 0)
        {
            return;
        }

        var steps = (int)Math.Floor(Math.Clamp(Degrees, -128, 127.9375) * (1 << (bits - 8)));
        lastConversion = steps << (16 - bits) & 0xFFFF;
        hot = Signed(lastConversion) >= Signed(hot ? hysteresis : limit);
    }

    private static int Signed(int word) => word >= 0x8000 ? word - 0x10000 : word;
}
