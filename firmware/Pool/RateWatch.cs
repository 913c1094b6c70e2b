namespace Firmware.Pool;

/// <summary>
/// Decides when a pool is told a new hash rate (SV2 reference §4.9): where the smoothed rate has been away from what
/// the pool was told for a minute. A pure step.
/// </summary>
/// <param name="nominal">What the pool is told when the channel is opened, in hashes per second.</param>
public sealed class RateWatch(double nominal)
{
    /// <summary>A rate so far from the told one, as a part of it, is another rate.</summary>
    public const double DeviationMax = 0.1;

    /// <summary>It has to stay there for so long: two tellings are no closer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Smoothing = TimeSpan.FromSeconds(30);

    private TimeSpan? last;
    private TimeSpan? awaySince;
    private double smoothed;

    /// <summary>What the pool knows, in hashes per second: a number that the wire can carry.</summary>
    public double Told { get; private set; } = Fit(nominal);

    /// <summary>The rate as it is now. True where the pool has to be told <see cref="Told"/>, which is new.</summary>
    /// <param name="rate">Hashes per second; negative or no number while nobody knows.</param>
    public bool Step(double rate, TimeSpan now)
    {
        if (!(rate >= 0) || !double.IsFinite(rate))
        {
            last = null;
            awaySince = null;
            return false;
        }

        smoothed = last is { } before
            ? smoothed + ((rate - smoothed) * (1 - Math.Exp(-((now - before) / Smoothing))))
            : rate;
        last = now;
        awaySince = Math.Abs(smoothed - Told) > DeviationMax * Told ? awaySince ?? now : null;
        if (awaySince is not { } since || now - since < Patience)
        {
            return false;
        }

        Told = Fit(smoothed);
        awaySince = null;
        return true;
    }

    private static double Fit(double rate) => rate is >= 0 and <= float.MaxValue ? rate : 0;
}
