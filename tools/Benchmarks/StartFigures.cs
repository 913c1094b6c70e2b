using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Benchmarks;

/// <summary>T9: from the start of the process to the first job on the wire, less the chips' own delays.</summary>
internal static class StartFigures
{
    private const int Starts = 7;
    private const double MillisecondsMax = 300;

    public static IEnumerable<Figure> Measure(string product, BenchOptions options)
    {
        var chips = ChipDelays().TotalMilliseconds;
        var starts = new double[Starts];
        for (var i = 0; i < Starts; i++)
        {
            using var rig = new MinerRig(product, options.BoardFile);
            starts[i] = rig.ToFirstJob.TotalMilliseconds;
        }

        var ours = Rounds.Median(starts) - chips;
        yield return new Figure(
            "T9 process start → first job on the wire, less the chips' own delays",
            Figure.Number(ours, "0 ms"),
            Figure.Number(chips, "0 ms") + " (the chips' delays)",
            Figure.None,
            "≤ 300 ms",
            ours <= MillisecondsMax);
    }

    /// <summary>How long the bring-up takes where nothing but its own pauses takes time.</summary>
    private static TimeSpan ChipDelays()
    {
        var chain = new Bm13xxChain(BenchBoard.Chain) { WantedClock = new Megahertz(BenchBoard.Megahertz) };
        var chip = new ScriptedChip(ChipModel.Bm1370);
        var now = TimeSpan.Zero;
        chain.Start(now);
        while (true)
        {
            var step = chain.Step(now);
            if (chain.Status.State is ChainState.Running or ChainState.Failed)
            {
                return chain.Status.Fault is null ? now : throw new InvalidOperationException(chain.Status.Fault);
            }

            chip.Receive(step.Send);
            var due = step.Deadline;
            if (!chip.Answers.IsEmpty)
            {
                var answers = chip.Answers;
                _ = chain.Receive(ref answers, now, out _);
                chip.ClearAnswers();
                due = chain.Step(now).Deadline;
            }

            now = due > now ? due : now;
        }
    }
}
