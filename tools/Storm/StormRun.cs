using System.Diagnostics;
using System.Globalization;
using Firmware.Boards;

namespace Storm;

/// <summary>Many episodes, some at a time, until they are played or a promise is broken.</summary>
internal sealed class StormRun(IReadOnlyList<BoardConfig> boards, TimeSpan time, int seed, TextWriter tell)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Summary summary = new();
    private int next;
    private TimeSpan toldAt;
    private Outcome? violation;

    /// <returns>The first episode, by its seed, of those that broke a promise; null where none did.</returns>
    public Outcome? Play(int episodes, int jobs, bool traced)
    {
        tell.WriteLine($"storm: {episodes} episodes of {Text(time.TotalMinutes, "0.##")} minutes from seed {seed} on.");
        var threads = Enumerable.Range(0, jobs)
            .Select(_ => new Thread(() => PlayUntil(episodes, traced)) { Name = "storm" })
            .ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        tell.WriteLine(Progress() + " · end");
        summary.Tell(tell);
        if (violation is { } broken)
        {
            TellOf(broken);
        }

        return violation;
    }

    private void PlayUntil(int episodes, bool traced)
    {
        while (Volatile.Read(ref violation) is null && Interlocked.Increment(ref next) - 1 is var at && at < episodes)
        {
            var outcome = Play(unchecked(seed + at), traced);
            lock (gate)
            {
                summary.Count(outcome);
                Keep(outcome);
                TellProgress(outcome, traced);
            }
        }
    }

    private Outcome Play(int episode, bool traced)
    {
        try
        {
            return Episode.Play(episode, boards, time, traced);
        }
        catch (Exception bug)
        {
            return new(episode, "?", [], $"a bug: {bug}", 0, null, []);
        }
    }

    private void Keep(Outcome outcome)
    {
        if (outcome.Violation is not null && (violation is null || outcome.Seed - seed < violation.Seed - seed))
        {
            violation = outcome;
        }
    }

    private void TellProgress(Outcome outcome, bool traced)
    {
        if (traced)
        {
            TellTrace(outcome);
        }

        if (clock.Elapsed - toldAt >= TellEvery)
        {
            toldAt = clock.Elapsed;
            tell.WriteLine(Progress());
        }
    }

    private string Progress() => string.Create(
        CultureInfo.InvariantCulture,
        $"{clock.Elapsed:hh\\:mm\\:ss} · {summary.Episodes:N0} episodes · {summary.Episodes * time.TotalHours:N0} hours"
        + $" · {summary.Episodes * time.TotalSeconds / clock.Elapsed.TotalSeconds:N0} simulated seconds a second");

    /// <summary>Played once more, for its trace: the same number is the same episode.</summary>
    private void TellOf(Outcome broken)
    {
        tell.WriteLine();
        tell.WriteLine($"storm: seed {broken.Seed}: a promise was broken {broken.Violation}");
        TellTrace(broken.Trace.Count > 0 ? broken : Play(broken.Seed, traced: true));
        var minutes = Text(time.TotalMinutes, "0.##");
        tell.WriteLine($"Again: tools/storm --seed {broken.Seed} --episodes 1 --minutes {minutes} --trace");
    }

    private void TellTrace(Outcome outcome)
    {
        tell.WriteLine($"seed {outcome.Seed}, {outcome.Board}:");
        foreach (var fault in outcome.Faults)
        {
            tell.WriteLine($"  {fault}");
        }

        foreach (var line in outcome.Trace)
        {
            tell.WriteLine("  " + line);
        }
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
