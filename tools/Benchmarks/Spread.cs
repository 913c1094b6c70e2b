namespace Benchmarks;

/// <summary>Median and 99th percentile of one round, in microseconds.</summary>
internal readonly record struct Spread(double P50, double P99)
{
    public static Spread Of(double[] samples)
    {
        var sorted = samples.Order().ToArray();
        return new(sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }

    /// <summary>The median over several rounds, each percentile for itself.</summary>
    public static Spread Median(IReadOnlyCollection<Spread> rounds) => new(
        Rounds.Median([.. rounds.Select(round => round.P50)]),
        Rounds.Median([.. rounds.Select(round => round.P99)]));

    public override string ToString() =>
        $"{Figure.Number(P50, "0.0")} / {Figure.Number(P99, "0.0")} µs";
}
