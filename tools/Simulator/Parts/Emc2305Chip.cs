namespace Simulator.Parts;

/// <summary>
/// Microchip EMC2301, EMC2302, EMC2303 or EMC2305 at their registers. Its watchdog drives every fan fully after four
/// seconds without a word: once after power-on until the first drive, and always where WD_EN says so.
/// </summary>
/// <param name="product">0x34 has five fans, 0x35 three, 0x36 two, 0x37 one.</param>
internal sealed class Emc2305Chip(byte product) : RegisterPart
{
    private const byte Configuration = 0x20;
    private const byte Status = 0x24;
    private const byte WatchdogEnable = 0x20;
    private const byte WatchdogExpired = 0x80;
    private const byte FullDrive = 0xFF;
    private static readonly TimeSpan WatchdogTime = TimeSpan.FromSeconds(4);

    private readonly byte[] plain = PowerOn(product);
    private TimeSpan quiet;
    private bool driven;
    private byte status;

    public FanDrive[] Fans { get; } = [.. Enumerable.Range(0, FansOf(product)).Select(_ => new FanDrive())];

    /// <summary>Power was away for a moment.</summary>
    public void Reset()
    {
        PowerOn(product).CopyTo(plain, 0);
        Array.ForEach(Fans, fan => (fan.Setting, fan.Configuration) = (0, 0x2B));
        (driven, status, quiet) = (false, 0, TimeSpan.Zero);
    }

    public void Advance(TimeSpan elapsed)
    {
        quiet += elapsed;
        if (quiet >= WatchdogTime && (!driven || (plain[Configuration] & WatchdogEnable) != 0))
        {
            status |= WatchdogExpired;
            Array.ForEach(Fans, fan => fan.Setting = FullDrive);
        }
    }

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        quiet = TimeSpan.Zero;
        return base.Transfer(write, read);
    }

    protected override bool Holds(byte register) => register switch
    {
        >= 0x30 and < 0x80 => register >> 4 < 0x3 + Fans.Length,
        Configuration or >= Status and <= 0x27 or >= 0x29 and <= 0x2D or 0xEF or >= 0xFC => true,
        _ => false,
    };

    protected override byte[] Read(byte register)
    {
        if (register is >= 0x30 and < 0x80)
        {
            return [ReadFan(Fans[(register >> 4) - 3], register)];
        }

        if (register != Status)
        {
            return [plain[register]];
        }

        var seen = status;
        status = 0;
        return [seen];
    }

    protected override void Write(byte register, ReadOnlySpan<byte> value)
    {
        if (register is >= 0x30 and < 0x80)
        {
            WriteFan(Fans[(register >> 4) - 3], register, value[0]);
        }
        else if (register is Configuration or >= 0x29 and <= 0x2D)
        {
            plain[register] = value[0];
        }
    }

    private static int FansOf(byte product) => product switch
    {
        0x34 => 5,
        0x35 => 3,
        0x36 => 2,
        _ => 1,
    };

    private byte ReadFan(FanDrive fan, byte register) => (register & 0xF) switch
    {
        0x0 => fan.Setting,
        0x2 => fan.Configuration,
        0xE => fan.ReadTachHigh(),
        0xF => fan.ReadTachLow(),
        _ => plain[register],
    };

    private void WriteFan(FanDrive fan, byte register, byte value)
    {
        switch (register & 0xF)
        {
            case 0x0:
                fan.Setting = value;
                driven = true;
                break;
            case 0x2:
                fan.Configuration = value;
                break;
            case 0xE or 0xF:
                break; // Read only.
            default:
                plain[register] = value;
                break;
        }
    }

    private static byte[] PowerOn(byte product)
    {
        var values = new byte[256];
        (values[Configuration], values[0xFC], values[0xFD], values[0xFE], values[0xFF]) =
            (0x40, 0x0F, product, 0x5D, 0x80);
        for (var fan = 0x30; fan < 0x80; fan += 0x10)
        {
            (values[fan + 6], values[fan + 7], values[fan + 8], values[fan + 9]) = (0x19, 0x10, 0x66, 0xF5);
        }

        return values;
    }
}
