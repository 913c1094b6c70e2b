namespace Drivers.Power;

/// <summary>
/// How a type of PSU turns its 8-bit setting N into volts: N = offset − slope × V. Reported by third parties; against a
/// measured unit the formulas are up to 0.1 V high in volts for a given N.
/// </summary>
internal readonly record struct Apw12Scale(double Offset, double Slope)
{
    private const double MeterOffset = 0.8615;
    private const double MeterSteps = 63.017;

    /// <summary>Null for a type whose formula nobody knows, or that wants another format.</summary>
    public static Apw12Scale? Of(byte type, int firmware) => type switch
    {
        0x71 or 0x72 or 0x75 or 0x77 => new(1190.935338, 78.742588),
        0x74 or 0x76 => new(1156.107585, 76.090494),
        0x73 or 0x78 => new(1280.577821, 73.979365),
        0xC1 when firmware < 4 => new(1275, 85),
        0xC1 => new(1083.75, 70.8333),
        0x61 => new(1144.502262, 52.243589),
        0x41 or 0x42 => new(765.411764, 35.833333),
        0x43 => new(933.240365, 59.806034),
        0x22 => new(1215.89444, 59.931507),
        _ => null,
    };

    /// <summary>What its own meter says; flaky, so nothing rests on one value.</summary>
    public static Volts Measured(ushort raw) => new((raw + MeterOffset) / MeterSteps);

    /// <summary>
    /// The setting for a voltage, rounded to the lower voltage. Null outside 0 to 255: that PSU is of another class of
    /// voltage than this board.
    /// </summary>
    public byte? SettingOf(Volts volts) =>
        Math.Ceiling(Offset - Slope * volts.Value) is >= 0 and <= byte.MaxValue and var setting ? (byte)setting : null;
}
