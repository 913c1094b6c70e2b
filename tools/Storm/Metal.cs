namespace Storm;

/// <summary>What one board is in particular: no two are alike.</summary>
/// <param name="Watts">What its chips turn into heat at the board file's clock and voltage.</param>
/// <param name="Dust">The share of the cooling that dust takes, at the start.</param>
/// <param name="DustPerHour">What is added to it in an hour.</param>
/// <param name="AmbientDegrees">The air's mean.</param>
/// <param name="SwingDegrees">How far the air swings around it.</param>
internal sealed record Circumstances(
    double Watts,
    double Dust = 0,
    double DustPerHour = 0,
    double AmbientDegrees = 25,
    double SwingDegrees = 0,
    double SwingSeconds = 600);

/// <summary>Where heat is.</summary>
internal enum Part : byte
{
    Chip,
    Regulator,
    Board,
}

/// <summary>
/// Three lumps of metal: chips with their cooler, regulator, board. They heat with the watts spent in them and cool
/// into the air, the faster the fans turn.
/// </summary>
/// <remarks>
/// Every board is a Gamma with more or fewer watts (18.5 W settle 18 °C above the air at full fan, and gain 10 °C in
/// 25 s when the fan stops there): cooling and mass grow with the watts that a board was built for.
/// </remarks>
internal sealed class Metal(Circumstances circumstances, double builtForWatts)
{
    public const double GammaWatts = 18.5;

    private const double ChipJoules = 40;
    private const double ChipStill = 0.08;
    private const double ChipAtFullFan = 1.0;
    private const double RegulatorJoules = 8;
    private const double RegulatorStill = 0.03;
    private const double RegulatorAtFullFan = 0.12;
    private const double BoardShareOfChip = 0.3;
    private const double BoardSeconds = 20;
    private const double LongestStep = 0.25;
    private const double CoolingLeft = 0.2; // However thick the dust.

    private readonly double size = builtForWatts / GammaWatts;
    private readonly double[] degrees =
        [circumstances.AmbientDegrees, circumstances.AmbientDegrees, circumstances.AmbientDegrees];

    /// <summary>Degrees that somebody adds to the air: a hot room.</summary>
    public double AddedDegrees { get; set; }

    public double Hottest { get; private set; } = circumstances.AmbientDegrees;

    public double this[Part part] => degrees[(int)part];

    public double Ambient(TimeSpan now) => circumstances.AmbientDegrees + AddedDegrees
        + (circumstances.SwingDegrees * Math.Sin(2 * Math.PI * now.TotalSeconds / circumstances.SwingSeconds));

    /// <param name="air">How much of the full air the fans move, 0 to 1.</param>
    public void Advance(double seconds, double chipWatts, double regulatorWatts, double air, TimeSpan now)
    {
        var ambient = Ambient(now);
        var dust = circumstances.Dust + (circumstances.DustPerHour * now.TotalHours);
        var clean = Math.Max(CoolingLeft, 1 - dust) * size;
        while (seconds > 0)
        {
            var step = Math.Min(seconds, LongestStep);
            seconds -= step;
            var cooling = clean * Between(ChipStill, ChipAtFullFan, air);
            Heat(Part.Chip, step / (ChipJoules * size), chipWatts, cooling, ambient);
            cooling = clean * Between(RegulatorStill, RegulatorAtFullFan, air);
            Heat(Part.Regulator, step / (RegulatorJoules * size), regulatorWatts, cooling, ambient);
            var around = ambient + (BoardShareOfChip * (degrees[(int)Part.Chip] - ambient));
            degrees[(int)Part.Board] += step / BoardSeconds * (around - degrees[(int)Part.Board]);
        }

        Hottest = Math.Max(Hottest, degrees[(int)Part.Chip]);
    }

    private static double Between(double still, double full, double air) => still + (air * (full - still));

    private void Heat(Part part, double degreesPerWatt, double watts, double cooling, double ambient) =>
        degrees[(int)part] += degreesPerWatt * (watts - (cooling * (degrees[(int)part] - ambient)));
}
