namespace Simulator.Parts;

/// <summary>Microchip EMC2103-2 at its registers: three temperatures, a fan, nothing that cools by itself.</summary>
internal sealed class Emc2103Chip : RegisterPart
{
    private const int Channels = 3;

    private readonly byte[] plain = PowerOn();
    private readonly byte[] latchedLow = new byte[Channels];

    /// <summary>Its own die, then the two remote diodes; null is a diode whose wires are cut.</summary>
    public double?[] Degrees { get; } = [25, 25, 25];

    public FanDrive Fan { get; } = new();

    /// <summary>Power was away for a moment.</summary>
    public void Reset()
    {
        PowerOn().CopyTo(plain, 0);
        (Fan.Setting, Fan.Configuration) = (0, 0x2B);
    }

    protected override bool Holds(byte register) =>
        register is <= 0x09 or 0x11 or 0x12 or 0x14 or 0x15 or >= 0x20 and <= 0x2B or >= 0x30 and <= 0x4F or >= 0xFC;

    protected override byte[] Read(byte register) =>
    [
        register switch
        {
            0x00 or 0x02 or 0x04 => ReadHigh(register / 2),
            0x01 or 0x03 or 0x05 => latchedLow[register / 2],
            0x40 => Fan.Setting,
            0x42 => Fan.Configuration,
            0x4E => Fan.ReadTachHigh(),
            0x4F => Fan.ReadTachLow(),
            _ => plain[register],
        },
    ];

    protected override void Write(byte register, ReadOnlySpan<byte> value)
    {
        switch (register)
        {
            case 0x40:
                Fan.Setting = value[0];
                break;
            case 0x42:
                Fan.Configuration = value[0];
                break;
            case >= 0x11 and <= 0x4D:
                plain[register] = value[0];
                break;
            default:
                break; // Read only.
        }
    }

    /// <summary>Eleven bits of 1/8 °C, left-justified; 0x8000 for a broken diode. The low byte is latched.</summary>
    private byte ReadHigh(int channel)
    {
        var eighths = Degrees[channel] is { } degrees ? (int)Math.Floor(Math.Clamp(degrees, -64, 127.875) * 8) : -1024;
        latchedLow[channel] = (byte)(eighths << 5 & 0xE0);
        return (byte)(eighths >> 3 & 0xFF);
    }

    private static byte[] PowerOn()
    {
        var values = new byte[256];
        (values[0x11], values[0x12], values[0x14], values[0x15]) = (0x12, 0x12, 0x10, 0x10);
        (values[0xFD], values[0xFE], values[0xFF]) = (0x26, 0x5D, 0x01);
        return values;
    }
}
