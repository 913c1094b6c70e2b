using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>What the results of a chip say about it.</summary>
public enum ChipHealth : byte
{
    /// <summary>It finds results, or luck explains that it does not.</summary>
    Well,

    /// <summary>It has gone silent, and was set up anew: the next results will tell.</summary>
    Suspect,

    /// <summary>It stayed silent: left out of what the chain is to find, and set up anew now and then.</summary>
    Silent,

    /// <summary>What it reports is wrong, time after time; left out like a silent one.</summary>
    Wrong,
}

public enum LivenessAction : byte
{
    None,

    /// <summary>Send the next work at once: the last may have been lost.</summary>
    NextWork,

    /// <summary>Set these chips up anew without a reset; the others hash on.</summary>
    Rejoin,

    /// <summary>Nothing else helped: the chips have to be reset.</summary>
    Restart,
}

/// <param name="Reason">One sentence for people.</param>
public readonly record struct LivenessOrder(LivenessAction Action, int First, int Count, string Reason);

/// <summary>
/// Tells chips, domains and chains that have gone silent, or talk nonsense, from bad luck, and says what to do about
/// it. It judges by validated results alone: what registers say of a chip that finds nothing is worth nothing.
/// </summary>
/// <remarks>
/// A silent chain climbs: next work, <see cref="IHashChain.Rejoin"/>, reset (and beyond, see
/// <see cref="BoardLifecycle"/>). Each rung needs a proof of its own, and one result ends the climb. One chip or
/// domain of a chain never costs the others their work: it is set up anew, then named and left out.
/// </remarks>
public sealed class Liveness(int chipsPerDomain)
{
    /// <summary>A wedged chip repeats one wrong frame (hashing-chips reference §13).</summary>
    public const int WrongInARowMax = 20;

    /// <summary>Chips that are left out are set up anew so often.</summary>
    public static readonly TimeSpan TryAgainEvery = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A chip that was set up anew and of which its driver still expects nothing after that time did not come back.
    /// </summary>
    public static readonly TimeSpan ComesBackWithin = TimeSpan.FromMinutes(1);

    /// <summary>Between two orders to set chips up anew: each takes its time on the wire.</summary>
    public static readonly TimeSpan RejoinEvery = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A chain that lowered its clock is to find less and may take longer over each rung; but perhaps nobody down there
    /// heard of that. So long after its last result, what it found before counts, and it is reset.
    /// </summary>
    public static readonly TimeSpan ResetAfter = TimeSpan.FromSeconds(45);

    /// <summary>Time that nobody watched proves nothing: a machine that slept does not make chips silent.</summary>
    private static readonly TimeSpan UnseenMax = TimeSpan.FromSeconds(1);

    private const int LastRung = 2;

    private Chip[] chips = [];
    private Silence[] domains = [];
    private Silence whole;
    private double fedSeconds;
    private double rateMost;
    private int wrongInARow;
    private int rung;
    private TimeSpan lastStep;
    private TimeSpan rejoinFrom;

    /// <summary>By what it was to find at first, silence for so long is proven twice over.</summary>
    private bool IsSilentForLong => fedSeconds >= ResetAfter.TotalSeconds
        && rateMost * ResetAfter.TotalSeconds >= 2 * Silence.Bound(1);

    public int Chips => chips.Length;

    public int Domains => domains.Length;

    /// <summary>How often the next work was sent at once for a silent chain.</summary>
    public long NextWorks { get; private set; }

    /// <summary>How often chips were set up anew without a reset.</summary>
    public long Rejoins { get; private set; }

    /// <summary>A true result came since <see cref="Start"/>.</summary>
    public bool HasResults { get; private set; }

    /// <summary>Counts up when a chip's health changes.</summary>
    public int Changes { get; private set; }

    public ChipHealth this[int chip] => chips[chip].Health;

    /// <summary>The chips were started: each gets a new chance. The rungs climbed are not forgotten.</summary>
    public void Start(int count, TimeSpan now)
    {
        chips = new Chip[count];
        domains = new Silence[(count + chipsPerDomain - 1) / chipsPerDomain];
        HasResults = false;
        Changes++;
        Resume(now);
    }

    /// <summary>There is something to find again: whatever was not found before proves nothing.</summary>
    public void Resume(TimeSpan now)
    {
        (fedSeconds, rateMost) = (0, 0);
        BeginAnew(now);
    }

    private void BeginAnew(TimeSpan now)
    {
        foreach (ref var chip in chips.AsSpan())
        {
            chip.Silence.Break(now);
        }

        foreach (ref var domain in domains.AsSpan())
        {
            domain.Break(now);
        }

        whole.Break(now);
        wrongInARow = 0;
        lastStep = now;
    }

    public void Saw(int chip, Verdict verdict, TimeSpan now)
    {
        if (verdict == Verdict.Duplicate)
        {
            return; // Proves neither health nor harm: a wedged chip repeats true ones as well.
        }

        var isTrue = verdict != Verdict.HardwareError;
        if (isTrue)
        {
            HasResults = true;
            rung = 0;
            (fedSeconds, rateMost) = (0, 0);
            whole.Break(now);
        }

        wrongInARow = isTrue || chips.Length > 1 ? 0 : wrongInARow + 1; // Of several chips, each is judged by itself.
        if (chip < 0 || chip >= chips.Length)
        {
            return;
        }

        ref var its = ref chips[chip];
        its.WrongInARow = isTrue ? 0 : its.WrongInARow + 1;
        if (isTrue)
        {
            its.Silence.Break(now);
            domains[chip / chipsPerDomain].Break(now);
            Become(ref its, ChipHealth.Well);
        }
    }

    /// <summary>What to do now; called a few times a second while there is something to hash.</summary>
    /// <param name="resultsPerSecond">What each chip is to find, by its clock; 0 where it is not to hash.</param>
    /// <param name="hungry">For how much of the time since the last step the chips had nothing to hash.</param>
    public LivenessOrder Step(ReadOnlySpan<double> resultsPerSecond, TimeSpan hungry, TimeSpan now)
    {
        var seen = now - lastStep < UnseenMax ? now - lastStep : UnseenMax;
        lastStep = now;
        var fed = Math.Max(0, (seen - hungry).TotalSeconds);
        var rate = Expect(resultsPerSecond, fed);
        (fedSeconds, rateMost) = (fedSeconds + fed, Math.Max(rateMost, rate));
        if (IsSilentForLong)
        {
            rung = LastRung;
            return Climb(now);
        }

        if (whole.IsProven(Silence.Bound(1), now) || wrongInARow >= WrongInARowMax)
        {
            return Climb(now);
        }

        // Where the whole chain fell silent, each of its chips did so a moment earlier, and is none of the cause.
        var isWhole = rate * whole.Seconds(now) >= Silence.Bound(1);
        return chips.Length < 2 || isWhole || now < rejoinFrom ? default : StepParts(resultsPerSecond, now);
    }

    /// <returns>How many results a second are to come from all of them together.</returns>
    private double Expect(ReadOnlySpan<double> resultsPerSecond, double seconds)
    {
        var rate = 0.0;
        for (var i = 0; i < Math.Min(chips.Length, resultsPerSecond.Length); i++)
        {
            var results = resultsPerSecond[i] * seconds;
            if (!chips[i].IsLeftOut)
            {
                chips[i].Silence.Grow(results);
                domains[i / chipsPerDomain].Grow(results);
                whole.Grow(results);
                rate += resultsPerSecond[i];
            }
        }

        return rate;
    }

    private LivenessOrder Climb(TimeSpan now)
    {
        var seen = wrongInARow >= WrongInARowMax
            ? $"{wrongInARow} results in a row were wrong"
            : $"the chips found nothing for {whole.Seconds(now):0} s";
        BeginAnew(now);
        switch (++rung)
        {
            case 1:
                NextWorks++;
                return new(LivenessAction.NextWork, 0, 0, $"{seen}: their next work is sent at once");
            case 2:
                Rejoins++;
                rejoinFrom = now + RejoinEvery;
                return new(LivenessAction.Rejoin, 0, chips.Length, $"{seen}: they are set up anew");
            default:
                Resume(now);
                return new(LivenessAction.Restart, 0, 0, $"The chips were reset: {seen}.");
        }
    }

    /// <summary>Domains first: one that lost its power is one cause, and not as many as it has chips.</summary>
    private LivenessOrder StepParts(ReadOnlySpan<double> resultsPerSecond, TimeSpan now)
    {
        if (chipsPerDomain > 1)
        {
            var bound = Silence.Bound(domains.Length);
            for (var first = 0; first < domains.Length; first++)
            {
                var end = first;
                while (end < domains.Length && domains[end].IsProven(bound, now))
                {
                    end++;
                }

                if (end > first)
                {
                    return Doubt(first * chipsPerDomain, Math.Min(end * chipsPerDomain, chips.Length), now);
                }
            }
        }

        return StepChips(resultsPerSecond, now);
    }

    /// <summary>Neighbours whose turn comes at the same time are one cause, too.</summary>
    private LivenessOrder StepChips(ReadOnlySpan<double> resultsPerSecond, TimeSpan now)
    {
        var bound = Silence.Bound(chips.Length);
        for (var first = 0; first < chips.Length; first++)
        {
            var end = first;
            while (end < Math.Min(chips.Length, resultsPerSecond.Length)
                && chips[end].IsDue(resultsPerSecond[end], bound, now))
            {
                end++;
            }

            if (end > first)
            {
                return Doubt(first, end, now);
            }
        }

        return default;
    }

    /// <summary>Chips that were in doubt before are left out now; the others are set up anew first.</summary>
    private LivenessOrder Doubt(int first, int end, TimeSpan now)
    {
        var isNew = false;
        var isRepeated = false;
        for (var i = first; i < end; i++)
        {
            ref var chip = ref chips[i];
            isNew |= chip.Health == ChipHealth.Well;
            isRepeated |= chip.IsLeftOut;
            Become(ref chip, chip switch
            {
                { Health: ChipHealth.Well } => ChipHealth.Suspect,
                { IsWedged: true } => ChipHealth.Wrong,
                { Health: ChipHealth.Suspect } => ChipHealth.Silent,
                var leftOut => leftOut.Health,
            });
            chip.DoubtedAt = now;
            chip.WrongInARow = 0;
            chip.Silence.Break(now);
            domains[i / chipsPerDomain].Break(now);
        }

        var which = Name(first, end);
        if (!isNew && !isRepeated)
        {
            return new(LivenessAction.None, first, end - first, $"{which} left out: nothing true comes from there");
        }

        Rejoins++;
        rejoinFrom = now + RejoinEvery;
        return new(LivenessAction.Rejoin, first, end - first, $"{which} set up anew: nothing true comes from there");
    }

    private string Name(int first, int end)
    {
        var chipText = end == first + 1 ? $"chip {first}" : $"chips {first} to {end - 1}";
        var from = first / chipsPerDomain;
        var to = (end - 1) / chipsPerDomain;
        var isWhole = chipsPerDomain > 1 && first % chipsPerDomain == 0
            && (end % chipsPerDomain == 0 || end == chips.Length);
        return !isWhole ? chipText
            : from == to ? $"domain {from} ({chipText})"
            : $"domains {from} to {to} ({chipText})";
    }

    private void Become(ref Chip chip, ChipHealth health)
    {
        Changes += chip.Health == health ? 0 : 1;
        chip.Health = health;
    }

    private struct Chip
    {
        public Silence Silence;
        public int WrongInARow;
        public ChipHealth Health;
        public TimeSpan DoubtedAt;

        public readonly bool IsLeftOut => Health is ChipHealth.Silent or ChipHealth.Wrong;

        public readonly bool IsWedged => WrongInARow >= WrongInARowMax;

        /// <summary>Something is to be done about it, by what it has found and what it is to find.</summary>
        public readonly bool IsDue(double resultsPerSecond, double bound, TimeSpan now) => Health switch
        {
            ChipHealth.Silent or ChipHealth.Wrong => now - DoubtedAt >= TryAgainEvery,
            ChipHealth.Suspect when resultsPerSecond <= 0 && now - DoubtedAt >= ComesBackWithin => true,
            _ => IsWedged || Silence.IsProven(bound, now),
        };
    }
}
