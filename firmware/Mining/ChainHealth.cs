using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>A chip as its results and its driver show it.</summary>
public readonly record struct ChipReport(ChipHealth Health, ChipFigures Figures, ChipStatus Status);

/// <summary>All chips of a chain, once a second.</summary>
/// <param name="Word">Which of them find nothing, in a few words; null where all do.</param>
/// <param name="Note">What the driver says of chips, or what contradicts itself or makes no sense; or null.</param>
public sealed record HealthReport(ChipReport[] Chips, int ChipsPerDomain, string? Word, string? Note)
{
    public static readonly HealthReport None = new([], 1, null, null);
}

/// <summary>
/// What the judged results of a chain say of its chips: their accounts, which of them are to be doubted, and the report
/// of both. Belongs to the chain's thread.
/// </summary>
public sealed class ChainHealth
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    private readonly IHashChain chain;
    private readonly double hashesPerResult;
    private readonly ChipBook book;
    private readonly Liveness liveness;
    private readonly ChipTuning tuning = new();
    private readonly WireWords wire = new();
    private double[] expected = [];
    private TimeSpan lookedAt;
    private TimeSpan starvedUpTo;
    private TimeSpan reportAt;
    private int changesReported;
    private string? tuned;

    public ChainHealth(IHashChain chain, double hashesPerResult)
    {
        this.chain = chain;
        this.hashesPerResult = hashesPerResult;
        book = new ChipBook(hashesPerResult, chain.Cores);
        liveness = new Liveness(chain.ChipsPerDomain);
    }

    public HealthReport Report { get; private set; } = HealthReport.None;

    /// <summary>A true result came since the chips were started.</summary>
    public bool HasResults => liveness.HasResults;

    public long NextWorks => liveness.NextWorks;

    public long Rejoins => liveness.Rejoins;

    /// <summary>The chips were brought up and take work.</summary>
    public void Start(TimeSpan now)
    {
        var chips = chain.Status.Chips;
        expected = new double[chips];
        book.Begin(chips, now);
        tuning.Begin(chips);
        liveness.Start(chips, now);
        lookedAt = now;
        reportAt = now;
    }

    /// <summary>There is work again.</summary>
    public void Resume(TimeSpan now)
    {
        liveness.Resume(now);
        lookedAt = now;
    }

    public void Saw(in FoundNonce found, Verdict verdict, TimeSpan now)
    {
        book.Count(found.Chip, found.Core, verdict, now);
        liveness.Saw(found.Chip, verdict, now);
    }

    /// <summary>What is to be done about chips that find nothing. Only while they are to find something.</summary>
    /// <param name="starved">How long they have had nothing to hash since start.</param>
    public LivenessOrder Look(TimeSpan starved, TimeSpan now)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var chip = chain.Chip(i);
            expected[i] = chip.HashRate / hashesPerResult;
            book.Compare(i, chip.CountedHashRate, now - lookedAt);
            Tune(i, now);
        }

        var hungry = starved - starvedUpTo;
        starvedUpTo = starved;
        lookedAt = now;
        return liveness.Step(expected, hungry, now);
    }

    /// <summary>Which chip's clock was changed last because of its results, and why, told once; or null.</summary>
    public string? TakeTuned()
    {
        var told = tuned;
        tuned = null;
        return told;
    }

    /// <summary>Makes the report anew where it is due.</summary>
    public void Tell(TimeSpan now)
    {
        if (now < reportAt && changesReported == liveness.Changes)
        {
            return;
        }

        reportAt = now + ReportEvery;
        changesReported = liveness.Changes;
        wire.Step(chain.Status, now);
        var chips = new ChipReport[book.Chips];
        for (var i = 0; i < chips.Length; i++)
        {
            chips[i] = new(liveness[i], book.Of(i, now), chain.Chip(i));
        }

        Report = new(
            chips,
            chain.ChipsPerDomain,
            ChipWords.Of(liveness, chain.ChipsPerDomain),
            Faults(chips) ?? DeadQuarter(chips) ?? Contradiction(chips) ?? wire.Word);
    }

    private void Tune(int chip, TimeSpan now)
    {
        var (results, wrong) = book.Claims(chip);
        if (tuning.Step(chip, results, wrong, chain.WantedClock, now) is { } order)
        {
            chain.TuneChip(order.Chip, order.Own);
            tuned = order.Reason;
        }
    }

    /// <summary>What the driver says of its chips and not of the chain: the first in full, and how many more.</summary>
    private string? Faults(ChipReport[] chips)
    {
        var ofChain = chain.Status.Note;
        var first = Array.Find(chips, chip => chip.Status.Fault is { } fault && fault != ofChain).Status.Fault;
        var more = chips.Count(chip => chip.Status.Fault is { } fault && fault != ofChain && fault != first);
        return more == 0 ? first : $"{first} And {more} more.";
    }

    private string? DeadQuarter(ChipReport[] chips)
    {
        var one = Array.FindIndex(chips, chip => chip.Figures.SilentQuarter is not null);
        if (one < 0 || chips[one].Figures.SilentQuarter is not { } quarter)
        {
            return null;
        }

        var more = chips.Count(chip => chip.Figures.SilentQuarter is not null) - 1;
        var first = FirstCore(quarter);
        return $"Chip {one} finds nothing with its cores {first} to {FirstCore(quarter + 1) - 1}, a quarter of them: "
            + "the rest mines on. A reset of the chain may help, or less clock."
            + (more > 0 ? $" And {more} more." : "");
    }

    private int FirstCore(int quarter) =>
        (quarter * chain.Cores + CoreQuarters.Count - 1) / CoreQuarters.Count;

    private static string? Contradiction(ChipReport[] chips)
    {
        var one = Array.FindIndex(chips, chip => chip.Figures.Disagrees);
        return one < 0 ? null
            : $"Chip {one} counts {(chips[one].Figures.CountedHashRate ?? 0) / 1e9:0} GH/s and finds results for "
            + $"{chips[one].Figures.HashRate / 1e9:0}: some of its cores compute wrong.";
    }
}
