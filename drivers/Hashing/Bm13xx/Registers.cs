using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>A 32-bit register of a BM13xx chip: its address, its fields and its bits, in one place.</summary>
public interface IRegister<TSelf>
    where TSelf : struct, IRegister<TSelf>
{
    static abstract byte Address { get; }

    static abstract TSelf FromBits(uint bits);

    uint ToBits();
}

/// <summary>A register and what is written to it.</summary>
public readonly record struct RegisterWrite(byte Register, uint Bits)
{
    public static RegisterWrite Of<T>(T register)
        where T : struct, IRegister<T> => new(T.Address, register.ToBits());
}

/// <summary>CHIP_ID, read only. After addressing, the low byte repeats the chip's address.</summary>
public readonly record struct ChipId(ushort Model, byte Revision, byte ChipAddress) : IRegister<ChipId>
{
    //  31         16 15       8 7           0
    // |    model    | revision | chip address |
    public static byte Address => 0x00;

    public static ChipId FromBits(uint bits) =>
        new((ushort)bits.Field(31, 16), (byte)bits.Field(15, 8), (byte)bits.Field(7, 0));

    public uint ToBits() => (uint)Model << 16 | (uint)Revision << 8 | ChipAddress;
}

/// <summary>
/// HASH_COUNTING_NUMBER: after so many ticks of 12.5 MHz every core starts over with the next versions. Zero stops it.
/// </summary>
public readonly record struct HashCountingNumber(uint Ticks) : IRegister<HashCountingNumber>
{
    public static byte Address => 0x10;

    public static HashCountingNumber FromBits(uint bits) => new(bits);

    public uint ToBits() => Ticks;
}

/// <summary>
/// TICKET_MASK: a result is reported where, beyond 32 zero bits, so many more are zero. The bits are sent turned around
/// inside each byte.
/// </summary>
public readonly record struct TicketMask(int ZeroBits) : IRegister<TicketMask>
{
    public const int ZeroBitsMax = 32;

    public static byte Address => 0x14;

    /// <summary>The mask that loses no share of that difficulty: rounded down to a power of two.</summary>
    public static TicketMask FromDifficulty(double difficulty) =>
        difficulty >= 1 && difficulty < Math.ScaleB(1, ZeroBitsMax + 1)
            ? new(Math.ILogB(difficulty))
            : throw new ArgumentOutOfRangeException(nameof(difficulty), difficulty, "A ticket is 1 to 2^32.");

    public static TicketMask FromBits(uint bits) => new(BitOperations.PopCount(bits));

    public uint ToBits()
    {
        var mask = (uint)((1UL << ZeroBits) - 1);
        mask = (mask & 0x5555_5555) << 1 | (mask >> 1 & 0x5555_5555);
        mask = (mask & 0x3333_3333) << 2 | (mask >> 2 & 0x3333_3333);
        return (mask & 0x0F0F_0F0F) << 4 | (mask >> 4 & 0x0F0F_0F0F);
    }
}

/// <summary>MISC_CONTROL of BM1362 and later: which quarters of the cores may report; none after reset.</summary>
/// <param name="OpenQuarters">Bit 0 is the quarter of the lowest cores.</param>
/// <param name="Rest">Bits 27 to 0, as captured; nobody has published what they mean.</param>
public readonly record struct MiscControl(byte OpenQuarters, uint Rest) : IRegister<MiscControl>
{
    //  31        28 27                0
    // | open gates |  0x000C100        |
    public static byte Address => 0x18;

    public static MiscControl FromBits(uint bits) => new((byte)bits.Field(31, 28), bits.Field(27, 0));

    public uint ToBits() => (uint)OpenQuarters << 28 | Rest;
}

/// <summary>FAST_UART: the chip's baud rate is 25 MHz ÷ (8 × (divider + 1)).</summary>
/// <param name="Divider">0 to 255; 26 after reset.</param>
/// <param name="Flags">The bits around the divider as captured, with the divider's own 8 bits zero.</param>
public readonly record struct FastUart(byte Divider, uint Flags) : IRegister<FastUart>
{
    //  31  27   26   25 24 23       20 19   16 15     8 7    0
    // | ?  | PLL 1 |  ?   | PLL1 post | ?     | divider | ?    |
    public static readonly FastUart AfterReset = new(26, 0x0130_0000);

    private const double CrystalHertz = 25_000_000;

    public static byte Address => 0x28;

    public int Baud => (int)Math.Round(CrystalHertz / (8 * (Divider + 1)));

    public static FastUart FromBits(uint bits) => new((byte)bits.Field(15, 8), bits & 0xFFFF_00FF);

    /// <summary>The divider whose rate is nearest to the wanted one.</summary>
    public static byte DividerFor(int baud) =>
        (byte)Math.Clamp(Math.Round(CrystalHertz / (8.0 * baud)) - 1, byte.MinValue, byte.MaxValue);

    public uint ToBits() => Flags | (uint)Divider << 8;
}

/// <summary>CORE_REGISTER_CONTROL, the mailbox of the cores: writes a register of all of them.</summary>
public readonly record struct CoreMailbox(byte Register, byte Value) : IRegister<CoreMailbox>
{
    //  31        23     16   15     14     12           8 7       0
    // | all cores | core id | write | done | core register | value |
    public static byte Address => 0x3C;

    public static CoreMailbox FromBits(uint bits) => new((byte)bits.Field(12, 8), (byte)bits.Field(7, 0));

    public uint ToBits() => 0x8000_8000 | (uint)Register << 8 | Value;
}

/// <summary>ANALOG_MUX: 2 connects a BM1370's thermal diode with its pads.</summary>
public readonly record struct AnalogMux(uint Selection) : IRegister<AnalogMux>
{
    public static byte Address => 0x54;

    public static AnalogMux FromBits(uint bits) => new(bits);

    public uint ToBits() => Selection;
}

/// <summary>IO_DRIVE: how strongly the pins to the next chip are driven, four bits each.</summary>
public readonly record struct IoDrive(
    byte ResponseForward,
    byte Unnamed,
    byte ResponseOut,
    byte ClockOut,
    byte ResetOut,
    byte BusyOut,
    byte CommandOut)
    : IRegister<IoDrive>
{
    //  31 28 27  24 23     20 19  16 15    12 11     8 7    4 3    0
    // |  –  |  RF  | unnamed |  RO  | CLKO   | NRSTO  |  BO  |  CO  |
    public static byte Address => 0x58;

    public static IoDrive FromBits(uint bits) => new(
        ResponseForward: (byte)bits.Field(27, 24),
        Unnamed: (byte)bits.Field(23, 20),
        ResponseOut: (byte)bits.Field(19, 16),
        ClockOut: (byte)bits.Field(15, 12),
        ResetOut: (byte)bits.Field(11, 8),
        BusyOut: (byte)bits.Field(7, 4),
        CommandOut: (byte)bits.Field(3, 0));

    public uint ToBits() =>
        (uint)ResponseForward << 24
        | (uint)Unnamed << 20
        | (uint)ResponseOut << 16
        | (uint)ClockOut << 12
        | (uint)ResetOut << 8
        | (uint)BusyOut << 4
        | CommandOut;
}

/// <summary>
/// VERSION_ROLLING: the header version bits that the chip counts through by itself. Once written, answers are 11 bytes
/// long and carry the version they were found with.
/// </summary>
/// <param name="Rolled">The header's version bits 28 to 13.</param>
public readonly record struct VersionRolling(ushort Rolled) : IRegister<VersionRolling>
{
    //  31     29  28         15                    0
    // | auto | generation 1 | header bits 28 to 13  |
    /// <summary>The bits that BIP320 gives to miners, where a header has them.</summary>
    public const uint HeaderMask = 0x1FFF_E000;

    /// <summary>All sixteen bits.</summary>
    public static readonly VersionRolling All = FromHeaderMask(HeaderMask);

    private const uint Automatic = 0x9000_0000;
    private const int HeaderShift = 13;

    public static byte Address => 0xA4;

    /// <summary>Takes the mask where a header has it (BIP320: 0x1FFFE000).</summary>
    public static VersionRolling FromHeaderMask(uint mask) => new((ushort)(mask >> HeaderShift & 0xFFFF));

    public static VersionRolling FromBits(uint bits) => new((ushort)bits.Field(15, 0));

    public uint ToBits() => Automatic | Rolled;

    /// <summary>Bits as a chip reports them, moved to where a header has them.</summary>
    public static uint ToHeader(ushort reported) => (uint)reported << HeaderShift;
}

/// <summary>SOFT_RESET_CONTROL, bit by bit only partly understood: the words are those of the captures.</summary>
public readonly record struct SoftReset(uint Control) : IRegister<SoftReset>
{
    public static byte Address => 0xA8;

    public static SoftReset FromBits(uint bits) => new(bits);

    public uint ToBits() => Control;
}

/// <summary>ADC_CONTROL, the word of the captures: it precedes and follows the analog mux.</summary>
public readonly record struct AdcControl(uint Control) : IRegister<AdcControl>
{
    public static byte Address => 0xB9;

    public static AdcControl FromBits(uint bits) => new(bits);

    public uint ToBits() => Control;
}

/// <summary>UART_RELAY: the ends of a voltage domain lift commands and answers across its border.</summary>
/// <param name="Gap">Nobody has published its unit; most likely how long an answer line stays idle.</param>
public readonly record struct UartRelay(ushort Gap) : IRegister<UartRelay>
{
    //  31     16        1            0
    // |   gap   | … | answers | commands |
    /// <summary>What one domain of no chips would have: 22 × 5 chips have 0x7C, 13 × 5 have 0x4F.</summary>
    public const ushort GapOfOne = 14;

    private const uint BothWays = 0x3;

    public static byte Address => 0x2C;

    public static UartRelay FromBits(uint bits) => new((ushort)bits.Field(31, 16));

    public uint ToBits() => (uint)Gap << 16 | BothWays;
}

/// <summary>CHIP_NONCE_OFFSET: where in its counter a chip of a chain begins, in steps of 512 nonces.</summary>
public readonly record struct ChipNonceOffset(ushort Offset) : IRegister<ChipNonceOffset>
{
    //   31           15     0
    // | enable | … | offset |
    private const uint Enable = 0x8000_0000;

    /// <summary>A counter has 25 bits, an address stands at its top 8.</summary>
    private const int AddressShift = 8;

    public static byte Address => 0x0C;

    /// <summary>Makes a chip begin at its address, as the older models do by themselves.</summary>
    public static ChipNonceOffset OfAddress(byte chip) => new((ushort)(chip << AddressShift));

    public static ChipNonceOffset FromBits(uint bits) => new((ushort)bits.Field(15, 0));

    public uint ToBits() => Enable | Offset;
}

/// <summary>
/// MISC_CONTROL of a BM1387: its baud rate, and the gate that keeps nonces back while its cores are opened.
/// </summary>
/// <param name="Divider">The baud rate is 25 MHz ÷ (8 × (divider + 1)); as after reset, it is not set at all.</param>
public readonly record struct Bm1387Control(byte Divider, bool GateBlock) : IRegister<Bm1387Control>
{
    //  30             21         15           12    8   7
    // | not set baud | inv clk | gate block | divider | multi-midstate |
    private const uint NotSetBaud = 0x4000_0000;
    private const uint InvertedClock = 0x0020_0000;
    private const uint Gate = 0x8000;
    private const uint MultiMidstate = 0x80;
    private const byte DividerAfterReset = 26;

    public static byte Address => 0x1C;

    public static Bm1387Control FromBits(uint bits) => new((byte)bits.Field(12, 8), bits.Bit(15));

    public uint ToBits() =>
        (Divider == DividerAfterReset ? NotSetBaud : 0)
        | InvertedClock
        | (GateBlock ? Gate : 0)
        | (uint)Divider << 8
        | MultiMidstate;
}
