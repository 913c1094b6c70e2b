namespace Simulator.Parts;

/// <summary>What is wrong with the wires of a remote diode.</summary>
internal enum DiodeWires : byte
{
    Good,
    Open,
    Shorted,
}

/// <summary>
/// TI TMP451, ADT7461 or NCT218 at their registers. A change of range takes effect with the next conversion, until
/// then the old format stands in the registers. The THERM pin follows its two limits without any host.
/// </summary>
/// <param name="maker">0x55 TI, 0x41 Analog Devices, 0x1A the NCT218, which has no remote diode.</param>
internal sealed class Tmp451Chip(byte maker) : RegisterPart
{
    private const byte NoRemote = 0x1A;
    private const byte WithFraction = 0x55;
    private const byte Extended = 0x04;
    private const byte Stopped = 0x40;

    private readonly byte[] registers = PowerOn();
    private (byte High, byte Low) local;
    private (byte High, byte Low) remote;
    private bool hot;

    public double LocalDegrees { get; set; } = 25;

    public double RemoteDegrees { get; set; } = 25;

    public DiodeWires Wires { get; set; }

    /// <summary>The THERM pin pulls its wire down.</summary>
    public bool ThermLow => hot;

    /// <summary>Power was away for a moment.</summary>
    public void Reset() => PowerOn().CopyTo(registers, 0);

    /// <summary>The part does this by itself, 16 times a second.</summary>
    public void Convert()
    {
        if ((registers[0x03] & Stopped) != 0)
        {
            return;
        }

        local = Pack(LocalDegrees);
        remote = Wires switch
        {
            DiodeWires.Open => (0xFF, 0xF0),
            DiodeWires.Shorted => (0x00, 0x00),
            _ => Pack(RemoteDegrees),
        };
        var hysteresis = hot ? registers[0x21] : 0;
        hot = local.High >= registers[0x20] - hysteresis
            || (maker != NoRemote && remote.High >= registers[0x19] - hysteresis);
    }

    protected override bool Holds(byte register) => register switch
    {
        0x15 => maker == WithFraction,
        0x01 or 0x10 or 0x19 => maker != NoRemote,
        _ => register is <= 0x0F or 0x11 or 0x12 or 0x16 or 0x20 or 0x21 or 0x23 or 0x24 or 0xFE,
    };

    protected override byte[] Read(byte register) =>
    [
        register switch
        {
            0x00 => local.High,
            0x01 => remote.High,
            0x02 => (byte)(Wires == DiodeWires.Open && maker != NoRemote ? 0x04 : 0),
            0x10 => remote.Low,
            0x15 => local.Low,
            0xFE => maker,
            _ => registers[register],
        },
    ];

    protected override void Write(byte register, ReadOnlySpan<byte> value)
    {
        switch (register)
        {
            case >= 0x09 and <= 0x0E:
                registers[register - 0x06] = value[0];
                break;
            case 0x11 or 0x12 or 0x16 or 0x19 or >= 0x20 and <= 0x24:
                registers[register] = value[0];
                break;
            default:
                break; // Read only.
        }
    }

    private (byte High, byte Low) Pack(double degrees)
    {
        var extended = (registers[0x03] & Extended) != 0;
        var sixteenths = (int)Math.Floor(
            extended ? (Math.Clamp(degrees, -64, 191) + 64) * 16 : Math.Clamp(degrees, 0, 127) * 16);
        return ((byte)(sixteenths >> 4), (byte)(sixteenths << 4 & 0xF0));
    }

    private static byte[] PowerOn()
    {
        var values = new byte[256];
        (values[0x04], values[0x05], values[0x07]) = (0x08, 0x55, 0x55);
        (values[0x19], values[0x20], values[0x21]) = (0x6C, 0x55, 0x0A);
        return values;
    }
}
