namespace Simulator.Parts;

/// <summary>How a PMBus command is transferred.</summary>
internal enum PmBusShape : byte
{
    /// <summary>The command byte alone acts.</summary>
    Send,

    /// <summary>One or two bytes, low byte first.</summary>
    Plain,

    /// <summary>A length byte, then that many.</summary>
    Block,
}

/// <summary>One command of the part and what it holds.</summary>
internal sealed class PmBusRegister(PmBusShape shape, bool readOnly, byte[] value)
{
    public PmBusShape Shape => shape;

    public bool ReadOnly => readOnly;

    public byte[] Value { get; set; } = value;

    public ushort Word => (ushort)(Value[0] | (Value.Length > 1 ? Value[1] << 8 : 0));
}

/// <summary>The commands of a TPS546D24A with their values after power-on.</summary>
/// <remarks>
/// Identity, formats, limits and their encodings follow the reference; the power-on values that no document at hand
/// gives are set to what a careless host would not want: wide limits, the control pin in charge, a low output.
/// </remarks>
internal static class Tps546Registers
{
    public const byte Operation = 0x01;
    public const byte OnOffConfig = 0x02;
    public const byte ClearFaults = 0x03;
    public const byte WriteProtect = 0x10;
    public const byte StoreDefaultAll = 0x11;
    public const byte StoreUserAll = 0x15;
    public const byte RestoreUserAll = 0x16;
    public const byte VoutMode = 0x20;
    public const byte VoutCommand = 0x21;
    public const byte VoutMax = 0x24;
    public const byte VoutMarginHigh = 0x25;
    public const byte VoutMarginLow = 0x26;
    public const byte VoutMin = 0x2B;
    public const byte VinOn = 0x35;
    public const byte VinOff = 0x36;
    public const byte VoutOverFault = 0x40;
    public const byte VoutUnderFault = 0x44;
    public const byte IoutOverFault = 0x46;
    public const byte IoutOverResponse = 0x47;
    public const byte IoutOverWarning = 0x4A;
    public const byte OverTemperatureFault = 0x4F;
    public const byte OverTemperatureResponse = 0x50;
    public const byte OverTemperatureWarning = 0x51;
    public const byte VinOverFault = 0x55;
    public const byte VinUnderWarning = 0x58;
    public const byte TonRise = 0x61;
    public const byte StatusByte = 0x78;
    public const byte StatusWord = 0x79;
    public const byte StatusVout = 0x7A;
    public const byte StatusIout = 0x7B;
    public const byte StatusInput = 0x7C;
    public const byte StatusTemperature = 0x7D;
    public const byte StatusCml = 0x7E;
    public const byte StatusOther = 0x7F;
    public const byte StatusMfr = 0x80;
    public const byte ReadVin = 0x88;
    public const byte ReadVout = 0x8B;
    public const byte ReadIout = 0x8C;
    public const byte ReadTemperature1 = 0x8D;

    public static Dictionary<byte, PmBusRegister> PowerOn() => new()
    {
        [Operation] = Byte(0x00),
        [OnOffConfig] = Byte(0x16),
        [ClearFaults] = Send(),
        [0x04] = Byte(0xFF),
        [WriteProtect] = Byte(0x00),
        [StoreDefaultAll] = Send(),
        [StoreUserAll] = Send(),
        [RestoreUserAll] = Send(),
        [0x19] = Fixed(0xD0),
        [0x1B] = Word(0x0000),
        [VoutMode] = Byte(0x97),
        [VoutCommand] = Word(0x019A),
        [0x22] = Word(0x0000),
        [VoutMax] = Word(0x0C00),
        [VoutMarginHigh] = Word(0x021A),
        [VoutMarginLow] = Word(0x01E6),
        [0x27] = Linear(1),
        [0x29] = Linear(0.5),
        [VoutMin] = Word(0x0100),
        [0x33] = Linear(325),
        [VinOn] = Linear(2.75),
        [VinOff] = Linear(2.5),
        [0x37] = Word(0x0020),
        [0x38] = Linear(0),
        [0x39] = Linear(0),
        [VoutOverFault] = Word(0x024D),
        [0x41] = Byte(0xBD),
        [0x42] = Word(0x0233),
        [0x43] = Word(0x01CD),
        [VoutUnderFault] = Word(0x01B3),
        [0x45] = Byte(0xBE),
        [IoutOverFault] = Linear(52),
        [IoutOverResponse] = Byte(0xFF),
        [IoutOverWarning] = Linear(40),
        [OverTemperatureFault] = Linear(150),
        [OverTemperatureResponse] = Byte(0xBC),
        [OverTemperatureWarning] = Linear(125),
        [VinOverFault] = Linear(21),
        [0x56] = Byte(0x3C),
        [VinUnderWarning] = Linear(2.5),
        [0x60] = Linear(0),
        [TonRise] = Linear(3),
        [0x62] = Linear(0),
        [0x63] = Byte(0x3B),
        [0x64] = Linear(0),
        [0x65] = Linear(0.5),
        [StatusByte] = Fixed(0),
        [StatusWord] = Fixed(0, 0),
        [StatusVout] = Byte(0),
        [StatusIout] = Byte(0),
        [StatusInput] = Byte(0),
        [StatusTemperature] = Byte(0),
        [StatusCml] = Byte(0),
        [StatusOther] = Byte(0),
        [StatusMfr] = Byte(0),
        [ReadVin] = Fixed(0, 0),
        [ReadVout] = Fixed(0, 0),
        [ReadIout] = Fixed(0, 0),
        [ReadTemperature1] = Fixed(0, 0),
        [0x98] = Fixed(0x33),
        [0x99] = Block("TI\0"u8),
        [0x9A] = Block(0, 0, 0),
        [0x9B] = Block(0, 0, 0),
        [0xAD] = FixedBlock(0x54, 0x49, 0x54, 0x6D, 0x24, 0x41),
        [0xAE] = FixedBlock(0x40, 0x00),
        [0xB1] = Block(0x22, 0x18, 0xC2, 0x1D, 0x06),
        [0xE4] = Byte(0x00),
        [0xEC] = Word(0x0000),
        [0xED] = Word(0x0000),
        [0xEE] = Word(0x1F2F),
        [0xEF] = Byte(0x24),
    };

    private static PmBusRegister Send() => new(PmBusShape.Send, readOnly: false, []);

    private static PmBusRegister Byte(byte value) => new(PmBusShape.Plain, readOnly: false, [value]);

    private static PmBusRegister Word(ushort value) =>
        new(PmBusShape.Plain, readOnly: false, [(byte)(value & 0xFF), (byte)(value >> 8)]);

    private static PmBusRegister Linear(double value) => Word(PmBusNumber.ToLinear11(value));

    private static PmBusRegister Fixed(params byte[] value) => new(PmBusShape.Plain, readOnly: true, value);

    private static PmBusRegister Block(params ReadOnlySpan<byte> value) =>
        new(PmBusShape.Block, readOnly: false, value.ToArray());

    private static PmBusRegister FixedBlock(params byte[] value) => new(PmBusShape.Block, readOnly: true, value);
}
