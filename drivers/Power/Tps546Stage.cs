namespace Drivers.Power;

/// <summary>
/// How a board has built the power stage around its TPS546. The values are those that firmware in the field writes,
/// with three changes to the safe side: the board's own output limits, over-temperature at 95/115 °C instead of the
/// silicon's 105/145 °C, and a latched shutdown there instead of endless restarts.
/// </summary>
public sealed record Tps546Stage
{
    /// <summary>One phase from 5 V: Gamma, Gamma Duo, and the Ultra and Supra boards that have this part.</summary>
    public static readonly Tps546Stage SingleFiveVolt = new();

    /// <summary>One phase from 12 V for chips in series: Hex and SupraHex.</summary>
    public static readonly Tps546Stage SeriesTwelveVolt = new()
    {
        InputOn = 11.5,
        InputOff = 11.0,
        InputLowWarning = 11.0,
        InputHigh = 14.8,
        ScaleLoop = 0.125,
    };

    /// <summary>Two phases in a stack from 12 V: GT.</summary>
    public static readonly Tps546Stage StackTwelveVolt = new()
    {
        Phase = 0xFF,
        StackConfig = 0x0001,
        SyncConfig = 0xD0,
        Compensation = [0x12, 0x34, 0x42, 0x21, 0x04],
        InputOn = 11.0,
        InputOff = 10.5,
        InputLowWarning = 11.0,
        InputHigh = 14.8,
        CurrentWarning = 50,
        CurrentFault = 55,
    };

    private byte Phase { get; init; }

    private ushort StackConfig { get; init; }

    private byte SyncConfig { get; init; } = 0x10;

    /// <summary>Empty leaves it to the part.</summary>
    internal byte[] Compensation { get; private init; } = [];

    internal double InputOn { get; private init; } = 4.8;

    private double InputOff { get; init; } = 4.5;

    /// <summary>Unwritten at 5 V: the part refuses values between 2.5 and 8 V.</summary>
    private double? InputLowWarning { get; init; }

    private double InputHigh { get; init; } = 6.5;

    private double ScaleLoop { get; init; } = 0.25;

    private double CurrentWarning { get; init; } = 25;

    private double CurrentFault { get; init; } = 30;

    /// <summary>Everything that is written while the output is off, in this order.</summary>
    internal Setting[] Settings(Volts voltsMin, Volts voltsMax) =>
    [
        Setting.Byte(Command.Phase, Phase),
        Setting.Linear(Command.FrequencySwitch, 650, step: 25),
        Setting.Word(Command.StackConfig, StackConfig),
        Setting.Byte(Command.SyncConfig, SyncConfig),
        Setting.Word(Command.PinDetectOverride, 0xFFFF),
        Setting.Linear(Command.VinOn, InputOn, step: 0.25),
        Setting.Linear(Command.VinOff, InputOff, step: 0.25),
        .. InputLowWarning is { } warning ? [Setting.Linear(Command.VinUvWarnLimit, warning, step: 0.25)] : None,
        Setting.Linear(Command.VinOvFaultLimit, InputHigh, step: 0.25),
        Setting.Byte(Command.VinOvFaultResponse, 0xB7),
        Setting.Linear(Command.VoutScaleLoop, ScaleLoop, step: 0),
        Setting.Volts(Command.VoutMax, VoltCode(voltsMax.Value)),
        Setting.Volts(Command.VoutMin, VoltCode(voltsMin.Value)),
        Setting.Volts(Command.VoutCommand, (ushort)Math.Ceiling(voltsMin.Value * Tps546.StepsPerVolt)),
        Setting.Volts(Command.VoutOvFaultLimit, VoltCode(1.25)),
        Setting.Volts(Command.VoutOvWarnLimit, VoltCode(1.16)),
        Setting.Volts(Command.VoutMarginHigh, VoltCode(1.10)),
        Setting.Volts(Command.VoutMarginLow, VoltCode(0.90)),
        Setting.Volts(Command.VoutUvWarnLimit, VoltCode(0.90)),
        Setting.Volts(Command.VoutUvFaultLimit, VoltCode(0.75)),
        Setting.Linear(Command.IoutOcWarnLimit, CurrentWarning, step: 0.5),
        Setting.Linear(Command.IoutOcFaultLimit, CurrentFault, step: 0.5),
        Setting.Byte(Command.IoutOcFaultResponse, 0xC0), // Off and latched.
        Setting.Linear(Command.OtWarnLimit, 95, step: 1),
        Setting.Linear(Command.OtFaultLimit, 115, step: 1),
        Setting.Byte(Command.OtFaultResponse, 0x80), // Off and latched.
        Setting.Linear(Command.TonRise, 3, step: 0.25),
        Setting.Byte(Command.TonMaxFaultResponse, 0x3B),
    ];

    private static Setting[] None => [];

    private static ushort VoltCode(double value) =>
        PmBusNumbers.ToULinear16(value, PmBusNumbers.ExponentOf(Tps546.RelativeMode));
}
