namespace Drivers.Fans;

/// <summary>
/// The tach counter of Microchip's EMC2103 and EMC230x: 13 bits, left-justified, of 32.768 kHz cycles between five
/// edges, which two poles give in one turn. A standing fan counts to the end, which a formula alone would call 960 rpm.
/// </summary>
internal static class TachCounter
{
    /// <summary>
    /// Fan configuration 1 as both parts have it: the host drives, counts stand for <see cref="Range"/> times the
    /// slowest range, five edges a turn, 400 ms between updates. The parts' own value after power-on.
    /// </summary>
    public const byte Configuration = 0x2B;

    public const int Range = 2;

    private const double CountsPerMinute = 3_932_160;
    private const int StoppedHigh = 0xFF;
    private const double FastestRpm = 30_000;

    public static FanReading Decode(byte high, byte low, int range)
    {
        if (high == StoppedHigh)
        {
            return FanFault.Stopped;
        }

        var count = high << 5 | low >> 3;
        return count * FastestRpm <= CountsPerMinute * range
            ? FanFault.Implausible
            : new Rpm(CountsPerMinute * range / count);
    }

    /// <summary>A drive in the parts' steps, 0 to 255.</summary>
    public static byte StepOf(DutyCycle duty) =>
        (byte)Math.Round(duty.Fraction * byte.MaxValue, MidpointRounding.AwayFromZero);

    public static DutyCycle DutyOf(byte step) => new(step / (double)byte.MaxValue);
}
