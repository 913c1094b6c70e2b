namespace Benchmarks;

/// <summary>
/// T7: what three chains of 126 chips cost the processor while a domain of each browns out, and what ten times their
/// results do.
/// </summary>
internal static class LoadFigures
{
    private const double ResultsPerSecond = 400;
    private const int Times = 10;
    private const double CoreMax = 0.03;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    public static IEnumerable<Figure> Measure(string product, BenchOptions options)
    {
        using var rig = new LoadRig(product, options.BoardFile);
        rig.LoadUntilTold(ResultsPerSecond, "chip 17, 90 silent");
        var before = rig.Shares;
        rig.BrownOut();
        var once = rig.Load(ResultsPerSecond, Measured);
        rig.LoadUntilTold(ResultsPerSecond, "domain 5 (chips 15 to 17) set up anew");
        var tenfold = rig.Load(Times * ResultsPerSecond, Measured);
        if (rig.Shares == before)
        {
            throw new InvalidOperationException("No result became a share: the miner judged none of them.");
        }

        yield return new Figure(
            $"T7 CPU of `mine`: {LoadRig.Chains} chains of {LoadRig.Chips} BM1362 with dead chips and a brown-out, "
                + $"{ResultsPerSecond} results/s",
            Percent(once),
            Figure.None,
            Figure.None,
            "≤ 3 % of a core",
            once <= CoreMax);
        yield return new Figure(
            "T7 the same with ten times the results",
            Percent(tenfold),
            Percent(once) + " (at 400/s)",
            Figure.Number(tenfold / once, "0.0"),
            "≤ 10 ×",
            tenfold <= Times * once);
    }

    private static string Percent(double cores) => Figure.Number(100 * cores, "0.00 '%' 'of' 'a' 'core'");
}
