namespace Simulator;

/// <summary>
/// The lumps of metal on the board: chip with its cooler, regulator, and the board itself. They heat with the watts
/// spent in them and cool into the air, the faster the fan turns.
/// </summary>
/// <remarks>
/// Chosen so that a Gamma at 525 MHz and 1.15 V (about 18.5 W) settles at 43 °C over air of 25 °C with a full fan,
/// near 60 °C with half of it, and gains 10 °C in 25 s when the fan stops there.
/// </remarks>
/// <param name="size">How much more heat it is made for than a Gamma's: all of it grows alike.</param>
internal sealed class Metal(double startDegrees, double size = 1)
{
    public const double ChipWattsPerDegreeStill = 0.08;
    public const double ChipWattsPerDegreeAtFullFan = 1.0;

    private const double ChipJoulesPerDegree = 40;
    private const double RegulatorJoulesPerDegree = 8;
    private const double RegulatorWattsPerDegreeStill = 0.03;
    private const double RegulatorWattsPerDegreeAtFullFan = 0.12;
    private const double BoardShareOfChip = 0.3;
    private const double BoardSeconds = 20;
    private const double LongestStepSeconds = 0.1;

    public double Chip { get; private set; } = startDegrees;

    public double Regulator { get; private set; } = startDegrees;

    /// <summary>Where the fan chip sits: follows the chip by a third.</summary>
    public double Board { get; private set; } = startDegrees;

    /// <summary>The highest the chip has been.</summary>
    public double Hottest { get; private set; } = startDegrees;

    public void Advance(double seconds, double chipWatts, double regulatorWatts, double fan, double ambient)
    {
        (chipWatts, regulatorWatts) = (chipWatts / size, regulatorWatts / size);
        while (seconds > 0)
        {
            var step = Math.Min(seconds, LongestStepSeconds);
            seconds -= step;
            Chip += step / ChipJoulesPerDegree
                * (chipWatts - Cooling(ChipWattsPerDegreeStill, ChipWattsPerDegreeAtFullFan, fan) * (Chip - ambient));
            var cooling = Cooling(RegulatorWattsPerDegreeStill, RegulatorWattsPerDegreeAtFullFan, fan);
            Regulator += step / RegulatorJoulesPerDegree * (regulatorWatts - cooling * (Regulator - ambient));
            Board += step / BoardSeconds * (ambient + BoardShareOfChip * (Chip - ambient) - Board);
            Hottest = Math.Max(Hottest, Chip);
        }
    }

    private static double Cooling(double still, double full, double fan) => still + fan * (full - still);
}

/// <summary>A four-pin fan with inertia.</summary>
internal sealed class Fan
{
    public const double FullRpm = 6000;

    private const double SecondsToFollow = 0.8;

    public double Rpm { get; private set; }

    /// <summary>How much of its full speed it turns at, 0 to 1: what cooling follows.</summary>
    public double Fraction => Rpm / FullRpm;

    public void Advance(double seconds, double duty, bool stalled)
    {
        var wanted = stalled ? 0 : duty * FullRpm;

        // A blocked rotor stops at once; a free one follows its drive.
        Rpm = stalled ? 0 : wanted + (Rpm - wanted) * Math.Exp(-seconds / SecondsToFollow);
    }
}
