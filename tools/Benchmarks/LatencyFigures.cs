namespace Benchmarks;

/// <summary>T1 and T2: what the miner adds to a relay that only copies, both ways, the two in turns.</summary>
internal static class LatencyFigures
{
    private const double MedianRatioMax = 1.3;
    private const double TailRatioMax = 2;

    /// <summary>ms between a job for a tip to come and that tip: a pool sends the one behind the other …</summary>
    private const int Soon = 1;

    /// <summary>… and where it does not, the miner has fallen asleep meanwhile.</summary>
    private const int Late = 5;

    /// <summary>So many samples of one path, then of the next: a noisy moment meets all of them.</summary>
    private const int Turn = 50;

    public static IEnumerable<Figure> Measure(string product, string relay, BenchOptions options)
    {
        using IWireRig miner = new MinerRig(product, options.BoardFile);
        using IWireRig floor = new RelayRig(relay);
        Func<double>[] paths =
        [
            () => miner.ToTerminal(Soon), () => floor.ToTerminal(Soon), miner.ToSocket, floor.ToSocket,
            () => miner.ToTerminal(Late), () => floor.ToTerminal(Late),
        ];
        var rounds = Array.ConvertAll(paths, _ => new List<Spread>());
        _ = Round(paths, options.Samples / 5); // Warm-up.
        for (var round = 0; round < options.Rounds; round++)
        {
            var spreads = Round(paths, options.Samples);
            for (var i = 0; i < paths.Length; i++)
            {
                rounds[i].Add(spreads[i]);
            }
        }

        yield return Row("T1 new tip on the socket → job on the wire, p50 / p99", rounds[0], rounds[1]);
        yield return Row($"T1 the same, {Late} ms after its job instead of {Soon}", rounds[4], rounds[5]);
        yield return Row("T2 nonce on the wire → share on the socket, p50 / p99", rounds[2], rounds[3]);
    }

    private static Spread[] Round(Func<double>[] paths, int count)
    {
        var samples = Array.ConvertAll(paths, _ => new double[count]);
        for (var start = 0; start < count; start += Turn)
        {
            for (var path = 0; path < paths.Length; path++)
            {
                for (var i = start; i < Math.Min(start + Turn, count); i++)
                {
                    samples[path][i] = paths[path]();
                }
            }
        }

        return Array.ConvertAll(samples, Spread.Of);
    }

    private static Figure Row(string name, List<Spread> measuredRounds, List<Spread> floorRounds)
    {
        var (measured, floor) = (Spread.Median(measuredRounds), Spread.Median(floorRounds));
        var (median, tail) = (measured.P50 / floor.P50, measured.P99 / floor.P99);
        return new Figure(
            name,
            measured.ToString(),
            floor + " (C relay)",
            $"{Figure.Number(median, "0.00")} / {Figure.Number(tail, "0.00")} ×",
            "≤ 1.3 / ≤ 2 ×",
            median <= MedianRatioMax && tail <= TailRatioMax);
    }
}
