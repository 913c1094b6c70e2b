using System.Diagnostics;

namespace Fuzz;

/// <summary>How far a run is.</summary>
internal readonly record struct Progress(TimeSpan Elapsed, long Executions, int Corpus, int Edges, int Findings);

/// <summary>
/// Executions one after the other: an input of the corpus, changed a little; what goes a new way joins the corpus.
/// </summary>
internal sealed class Loop(
    ITarget target, Coverage coverage, Corpus corpus, Findings findings, LastInput last)
{
    /// <summary>
    /// More processor time for one input is a finding; the slowest honest one takes some milliseconds. The clock on the
    /// wall says nothing of a machine that does other work.
    /// </summary>
    private static readonly TimeSpan InputMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>To look at the clock at each of 100 000 executions a second would be part of the price.</summary>
    private const int ClockEvery = 64;

    private long executions;
    private long lookedAt = -1;
    private TimeSpan usedThen;

    /// <summary>Goes on for the time, and tells now and then how far it is.</summary>
    public Progress Run(TimeSpan time, Random random, TimeSpan reportEvery, Action<Progress> report)
    {
        using var watch = new Timer(_ => GiveUpIfStuck(), null, LookEvery, LookEvery);
        var start = Stopwatch.GetTimestamp();
        var nextReport = reportEvery;
        Seed();
        var mutator = new Mutator(random, target.LengthMax, target.Words);
        for (var now = TimeSpan.Zero; now < time; now = Stopwatch.GetElapsedTime(start))
        {
            for (var i = 0; i < ClockEvery; i++)
            {
                Execute(mutator.Mutate(corpus.Any(random), corpus.Any(random)));
            }

            if (now >= nextReport)
            {
                nextReport = now + reportEvery;
                report(Now(now));
            }
        }

        last.Clear();
        return Now(Stopwatch.GetElapsedTime(start));
    }

    private Progress Now(TimeSpan elapsed) => new(elapsed, executions, corpus.Count, coverage.Edges, findings.Count);

    /// <summary>The first execution of all is a waste: it runs the static constructors.</summary>
    private void Seed()
    {
        var seeds = target.Seeds().ToList();
        Execute(seeds[0], isCounted: false);
        foreach (var input in seeds.Concat(corpus.Saved()).Where(input => input.Length <= target.LengthMax))
        {
            Execute(input);
        }

        if (corpus.Count == 0)
        {
            corpus.Add(seeds[0]); // Nothing counts where the product is not instrumented.
        }
    }

    private void Execute(ReadOnlySpan<byte> input, bool isCounted = true)
    {
        last.Set(input);
        Volatile.Write(ref executions, executions + 1);
        Coverage.Forget();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Try(input);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            BrokenPromise.Unless(
                !isCounted || allocated <= target.AllocatedMax,
                $"an input costs at most {target.AllocatedMax} bytes: this one took {allocated}.");
        }
#pragma warning disable CA1031 // That is what is being looked for.
        catch (Exception finding)
        {
            findings.Add(input, finding.ToString());
        }
#pragma warning restore CA1031

        if (isCounted && coverage.TakeNew())
        {
            corpus.Add(input);
        }
    }

    /// <summary>Nobody can stop a thread that does not come back, so the process ends, and its parent tells.</summary>
    private void GiveUpIfStuck()
    {
        var seen = Volatile.Read(ref executions);
        var used = Environment.CpuUsage.TotalTime;
        if (seen != lookedAt)
        {
            (lookedAt, usedThen) = (seen, used);
        }
        else if (used - usedThen > InputMax)
        {
            Environment.FailFast($"An input takes longer than {InputMax.TotalSeconds:0} s.");
        }
    }
}
