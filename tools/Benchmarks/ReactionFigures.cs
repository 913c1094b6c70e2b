using Storm;

namespace Benchmarks;

/// <summary>T12: from the sample that confirms heat to the command that cuts the power.</summary>
internal static class ReactionFigures
{
    private const int Simulated = 3000;
    private const int BetweenProcesses = 240;
    private const int AtATime = 6;
    private const int TriesMax = 5;
    private const double MillisecondsMax = 250;
    private const string Target = "≤ 250 ms (p99.9)";

    public static IEnumerable<Figure> Measure(string product, BenchOptions options)
    {
        var board = Firmware.Boards.BoardConfig.Load([options.BoardFile])[0];
        var simulated = Reactions.Measure(board, Simulated, seed: 1);
        yield return Row($"T12 confirming sample → power-off command, {Simulated} in simulation", simulated);
        yield return Row(
            $"T12 the same between guard's process and the board's terminal, {BetweenProcesses} of them",
            Between(product, options));
    }

    /// <summary>Several boards side by side, each with a guard of its own, until there are enough.</summary>
    private static TimeSpan[] Between(string product, BenchOptions options)
    {
        var reactions = new TimeSpan[BetweenProcesses];
        var next = -1;
        var threads = Enumerable.Range(0, AtATime).Select(_ => new Thread(() =>
        {
            for (var i = Interlocked.Increment(ref next); i < reactions.Length; i = Interlocked.Increment(ref next))
            {
                reactions[i] = Measured(product, options.BoardFile, seed: i + 1);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return reactions;
    }

    /// <summary>On a machine that is too busy to bring a board up in time, another board is tried.</summary>
    private static TimeSpan Measured(string product, string boardFile, int seed)
    {
        for (var tries = TriesMax; ; tries--)
        {
            try
            {
                using var rig = new ReactionRig(product, boardFile, seed);
                return rig.Measure();
            }
            catch (TimeoutException) when (tries > 1)
            {
                // Nothing was measured: the board never had its power.
            }
        }
    }

    private static Figure Row(string name, TimeSpan[] reactions)
    {
        var sorted = reactions.Order().ToArray();
        string At(double share) => Figure.Number(Of(sorted, share).TotalMilliseconds, "0.0");
        return new Figure(
            name,
            $"{At(0.5)} / {At(0.99)} / {At(0.999)} ms (p50 / p99 / p99.9)",
            Figure.None,
            Figure.None,
            Target,
            Of(sorted, 0.999).TotalMilliseconds <= MillisecondsMax);
    }

    private static TimeSpan Of(TimeSpan[] sorted, double share) =>
        sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)];
}
