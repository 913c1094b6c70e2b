namespace Drivers.Power;

/// <summary>
/// The resistors around a regulator whose output a current DAC shifts: current into the feedback node lowers the
/// output, current out of it raises it. Vout = Vfb + upper × (Vfb ÷ lower − I).
/// </summary>
/// <param name="Feedback">The regulator's reference.</param>
/// <param name="UpperOhms">From the output to the feedback node.</param>
/// <param name="LowerOhms">From there to ground.</param>
/// <param name="ScaleOhms">The DAC's own resistor, which sets its full scale.</param>
public readonly record struct FeedbackNetwork(Volts Feedback, double UpperOhms, double LowerOhms, double ScaleOhms)
{
    //     7      6         0
    // | source | magnitude |      DS4432U, registers 0xF8 and 0xF9
    public const int MagnitudeMax = 0x7F;
    private const int Source = 0x80;

    private const double DacReferenceVolts = 0.997;
    private const double DacScale = 127 / 16.0;

    /// <summary>So much of a step is arithmetic, not voltage.</summary>
    private const double RoundingNoise = 1e-6;

    /// <summary>TPS40305 on the Bitaxe boards that have a DS4432U.</summary>
    public static FeedbackNetwork Bitaxe => new(new Volts(0.6), 4750, 3320, 80_000);

    /// <summary>LM25119 on the second EmberOne.</summary>
    public static FeedbackNetwork EmberOne => new(new Volts(0.8), 3570, 1020, 39_000);

    private double AmperesPerStep => DacReferenceVolts / ScaleOhms * DacScale / MagnitudeMax;

    /// <summary>What the output is at a code.</summary>
    public Volts VoltsOf(byte code)
    {
        var sourced = (code & MagnitudeMax) * AmperesPerStep * ((code & Source) != 0 ? 1 : -1);
        return new(Feedback.Value + UpperOhms * (Feedback.Value / LowerOhms - sourced));
    }

    /// <summary>
    /// The code for a voltage, its magnitude rounded up. Null where the DAC cannot reach it: one more step would spill
    /// into the sign, and turn the highest voltage into the lowest but one.
    /// </summary>
    public byte? CodeOf(Volts volts)
    {
        var sourced = Feedback.Value / LowerOhms - (volts.Value - Feedback.Value) / UpperOhms;
        var magnitude = Math.Ceiling(Math.Abs(sourced) / AmperesPerStep - RoundingNoise);
        return magnitude <= MagnitudeMax ? (byte)((sourced > 0 && magnitude > 0 ? Source : 0) | (int)magnitude) : null;
    }
}
