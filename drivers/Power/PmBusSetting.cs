namespace Drivers.Power;

/// <summary>The PMBus commands that this project uses. STORE commands are left out on purpose.</summary>
internal enum Command : byte
{
    Operation = 0x01,
    OnOffConfig = 0x02,
    ClearFaults = 0x03,
    Phase = 0x04,
    Capability = 0x19,
    VoutMode = 0x20,
    VoutCommand = 0x21,
    VoutMax = 0x24,
    VoutMarginHigh = 0x25,
    VoutMarginLow = 0x26,
    VoutScaleLoop = 0x29,
    VoutMin = 0x2B,
    FrequencySwitch = 0x33,
    VinOn = 0x35,
    VinOff = 0x36,
    VoutOvFaultLimit = 0x40,
    VoutOvWarnLimit = 0x42,
    VoutUvWarnLimit = 0x43,
    VoutUvFaultLimit = 0x44,
    IoutOcFaultLimit = 0x46,
    IoutOcFaultResponse = 0x47,
    IoutOcWarnLimit = 0x4A,
    OtFaultLimit = 0x4F,
    OtFaultResponse = 0x50,
    OtWarnLimit = 0x51,
    VinOvFaultLimit = 0x55,
    VinOvFaultResponse = 0x56,
    VinUvWarnLimit = 0x58,
    IinOcFaultLimit = 0x5B,
    IinOcWarnLimit = 0x5D,
    TonRise = 0x61,
    TonMaxFaultResponse = 0x63,
    StatusWord = 0x79,
    StatusVout = 0x7A,
    StatusIout = 0x7B,
    StatusInput = 0x7C,
    StatusTemperature = 0x7D,
    StatusCml = 0x7E,
    StatusMfrSpecific = 0x80,
    ReadVin = 0x88,
    ReadVout = 0x8B,
    ReadIout = 0x8C,
    ReadTemperature1 = 0x8D,
    DeviceId = 0xAD,
    CompensationConfig = 0xB1,
    SyncConfig = 0xE4,
    StackConfig = 0xEC,
    PinDetectOverride = 0xEE,
}

internal enum SettingKind : byte
{
    Byte,
    Word,
    Linear11,
}

/// <summary>One register of the configuration, as it goes over the wire.</summary>
/// <param name="Step">How far a read-back may lie from what was written: the part's own resolution.</param>
internal readonly record struct Setting(Command Command, SettingKind Kind, ushort Bits, double Step)
{
    public static Setting Byte(Command command, byte value) => new(command, SettingKind.Byte, value, 0);

    public static Setting Word(Command command, ushort value) => new(command, SettingKind.Word, value, 0);

    /// <summary>A word in the format of VOUT_MODE: volts, or a ratio to the set-point.</summary>
    public static Setting Volts(Command command, ushort code) => new(command, SettingKind.Word, code, 0);

    public static Setting Linear(Command command, double value, double step) =>
        new(command, SettingKind.Linear11, PmBusNumbers.ToLinear11(value), step);

    public bool IsKeptBy(ushort word) => Kind == SettingKind.Linear11
        ? Math.Abs(PmBusNumbers.FromLinear11(word) - PmBusNumbers.FromLinear11(Bits)) <= Step
        : word == Bits;
}
