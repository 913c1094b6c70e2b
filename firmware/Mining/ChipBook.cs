namespace Firmware.Mining;

/// <summary>What the results of one chip come to.</summary>
/// <param name="HashRate">From its results of the last minutes, in hashes per second.</param>
/// <param name="CountedHashRate">What its own counters say; null where they have not said.</param>
/// <param name="SeenAt">When its last true result came; null where none has.</param>
/// <param name="Disagrees">Its counters and its results differ by more than luck explains.</param>
/// <param name="SilentQuarter">The quarter of its cores that finds nothing while the others do; null for none.</param>
public readonly record struct ChipFigures(
    double HashRate,
    double? CountedHashRate,
    long Results,
    long HardwareErrors,
    long Duplicates,
    TimeSpan? SeenAt,
    bool Disagrees,
    int? SilentQuarter = null);

/// <summary>
/// Keeps account of each chip of a chain from its judged results, and holds what its own counters say against them.
/// Nothing is allocated but at <see cref="Begin"/>. Belongs to the chain's thread.
/// </summary>
/// <param name="hashesPerResult">Hashes tried, on average, for one result.</param>
/// <param name="cores">Of a chip; 1 where results do not tell.</param>
public sealed class ChipBook(double hashesPerResult, int cores = 1)
{
    /// <summary>What a chip's hash rate is taken from: results further back count for less and less.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Counters are held against so many results: then a difference of six times their root, a quarter, is no luck
    /// (once in 10^9 comparisons).
    /// </summary>
    private const double ComparedAt = 600;

    private const double LuckMax = 6;

    private Page[] pages = [];
    private TimeSpan begun;

    public int Chips => pages.Length;

    /// <summary>The chips were started; what was counted of them before stays, the rates begin anew.</summary>
    public void Begin(int chips, TimeSpan now)
    {
        if (chips != pages.Length)
        {
            pages = new Page[chips];
        }

        begun = now;
        foreach (ref var page in pages.AsSpan())
        {
            page.Score = 0;
            page.ScoredAt = now;
            page.Found = 0;
            page.Counted = 0;
            page.CountedHashRate = null;
            page.Disagrees = false;
            page.Quarters = default;
        }
    }

    public void Count(int chip, int core, Verdict verdict, TimeSpan now)
    {
        if (chip < 0 || chip >= pages.Length)
        {
            return; // Line noise: the chain has no such chip.
        }

        ref var page = ref pages[chip];
        switch (verdict)
        {
            case Verdict.HardwareError:
                page.HardwareErrors++;
                break;
            case Verdict.Duplicate:
                page.Duplicates++;
                break;
            default:
                page.Results++;
                page.Found++;
                page.Seen = now;
                page.Score = Faded(page, now) + 1;
                page.ScoredAt = now;
                page.Quarters.Saw(core, cores);
                break;
        }
    }

    /// <summary>What the chip's own counters say of the time since the last call.</summary>
    /// <param name="hashRate">In hashes per second; null where they have not said.</param>
    public void Compare(int chip, double? hashRate, TimeSpan since)
    {
        ref var page = ref pages[chip];
        page.CountedHashRate = hashRate;
        if (hashRate is not { } counted)
        {
            page.Counted = 0;
            page.Found = 0;
            return;
        }

        page.Counted += counted / hashesPerResult * since.TotalSeconds;
        if (Math.Max(page.Counted, page.Found) >= ComparedAt)
        {
            page.Disagrees = Math.Abs(page.Found - page.Counted) > LuckMax * Math.Sqrt(ComparedAt);
            page.Counted = 0;
            page.Found = 0;
        }
    }

    /// <summary>True claims and wrong ones of a chip, since it was first started.</summary>
    public (long Results, long HardwareErrors) Claims(int chip) => (pages[chip].Results, pages[chip].HardwareErrors);

    public ChipFigures Of(int chip, TimeSpan now)
    {
        ref readonly var page = ref pages[chip];

        // While the window is not over, that of the results which are there is shorter.
        var whole = Window.TotalSeconds * (1 - Math.Exp(-(now - begun) / Window));
        return new(
            whole > 0 ? Faded(page, now) / whole * hashesPerResult : 0,
            page.CountedHashRate,
            page.Results,
            page.HardwareErrors,
            page.Duplicates,
            page.Seen,
            page.Disagrees,
            page.Quarters.Silent);
    }

    private static double Faded(in Page page, TimeSpan now) =>
        page.Score * Math.Exp(-((now - page.ScoredAt) / Window));

    private struct Page
    {
        public long Results;
        public long HardwareErrors;
        public long Duplicates;
        public TimeSpan? Seen;
        public double Score;
        public TimeSpan ScoredAt;
        public double Counted;
        public double Found;
        public double? CountedHashRate;
        public bool Disagrees;
        public CoreQuarters Quarters;
    }
}
