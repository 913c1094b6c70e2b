using Drivers;

namespace Firmware.Mining;

/// <summary>The clock that a chip is to have of its own, null where that of the chain does, and why.</summary>
public readonly record struct TuneOrder(int Chip, Megahertz? Own, string Reason);

/// <summary>
/// Tunes chips down that compute wrong: by a step of the clock's walk each time that one in ten of a hundred claims was
/// no result, and up again by a step after an hour in which hardly one was. The shares are those at which field drivers
/// tune (Bitfury's do, REFERENCE.md there). What a chip was tuned to is kept over resets.
/// </summary>
public sealed class ChipTuning
{
    /// <summary>Fewer claims prove nothing.</summary>
    public const int ClaimsMin = 100;

    public const double StepMegahertz = 6.25;

    public static readonly TimeSpan TryFasterAfter = TimeSpan.FromHours(1);

    private const double WrongMax = 0.10;
    private const double WrongFew = 0.01;

    /// <summary>Of the chain's clock. A chip that computes wrong there is broken: slower it is only warm.</summary>
    private const double SlowestShare = 0.75;

    private Page[] pages = [];

    /// <summary>The chips were started.</summary>
    public void Begin(int chips)
    {
        if (chips != pages.Length)
        {
            pages = new Page[chips];
        }
    }

    /// <summary>What to do about one chip, or null. To be called now and then.</summary>
    /// <param name="results">Its true claims since some start.</param>
    /// <param name="wrong">Those that were none.</param>
    /// <param name="wanted">The clock of the chain.</param>
    public TuneOrder? Step(int chip, long results, long wrong, Megahertz wanted, TimeSpan now)
    {
        ref var page = ref pages[chip];
        var claims = results + wrong - page.Claims;
        if (claims < ClaimsMin)
        {
            return null;
        }

        var bad = wrong - page.Wrong;
        (page.Claims, page.Wrong) = (results + wrong, wrong);
        var share = (double)bad / claims;
        return share >= WrongMax ? Slower(ref page, chip, $"{bad} of its last {claims} results were wrong", wanted, now)
            : share <= WrongFew && now - page.TunedAt >= TryFasterAfter ? Faster(ref page, chip, wanted, now)
            : null;
    }

    private static TuneOrder? Slower(ref Page page, int chip, string seen, Megahertz wanted, TimeSpan now)
    {
        var next = Math.Min(page.Own?.Value ?? wanted.Value, wanted.Value) - StepMegahertz;
        if (next < SlowestShare * wanted.Value)
        {
            return null;
        }

        (page.Own, page.TunedAt) = (new Megahertz(next), now);
        return new(chip, page.Own, $"chip {chip} is slowed down to {page.Own}: {seen}");
    }

    private static TuneOrder? Faster(ref Page page, int chip, Megahertz wanted, TimeSpan now)
    {
        if (page.Own is not { } own)
        {
            return null;
        }

        var next = own.Value + StepMegahertz;
        (page.Own, page.TunedAt) = (next < wanted.Value ? new Megahertz(next) : null, now);
        return new(chip, page.Own, $"chip {chip} is tried at {page.Own ?? wanted} again: hardly a result was wrong");
    }

    private struct Page
    {
        public long Claims;
        public long Wrong;
        public Megahertz? Own;
        public TimeSpan TunedAt;
    }
}
