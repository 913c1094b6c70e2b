namespace Firmware.Mining;

/// <summary>
/// How many results have been missing in a row of something that is to find them: a chip, a domain, a chain. They come
/// at random, so that n of them are missing by chance once in e^n times.
/// </summary>
internal struct Silence
{
    /// <summary>Below it nothing is silence: the pool's thread, the wire and the kernel take their time.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(10);

    /// <summary>Luck explains a silence that is one no oftener than once in so many.</summary>
    private const double Unlikely = 1e6;

    private double missing;
    private TimeSpan since;

    /// <summary>
    /// So many results have to be missing from one of <paramref name="alike"/> things, so that the chance of one in a
    /// million is that of all of them together: 13.8 of one chain, 18.7 of one of its 126 chips.
    /// </summary>
    public static double Bound(int alike) => Math.Log(Unlikely * Math.Max(alike, 1));

    /// <summary>A result came, or the waiting begins anew.</summary>
    public void Break(TimeSpan now)
    {
        missing = 0;
        since = now;
    }

    public void Grow(double results) => missing += results;

    public readonly bool IsProven(double bound, TimeSpan now) => missing >= bound && now - since >= Min;

    public readonly double Seconds(TimeSpan now) => (now - since).TotalSeconds;
}
