namespace Drivers.Hashing.Bm13xx;

/// <summary>Finds the divider for a clock.</summary>
public static class Pll
{
    private const int ReferenceMax = 2;
    private const int PostMax = 7;

    /// <summary>Stock firmware keeps the VCO at or below it (REFERENCE.md, "Clock").</summary>
    private const double VcoMaxMegahertz = 3200;

    /// <summary>
    /// The divider whose clock is nearest to the wanted one; among equals the one with the slower VCO, then with the
    /// smaller post dividers. The same search, and the same values, as the driver that most of these chips run under.
    /// </summary>
    public static PllDivider Solve(ChipModel model, Megahertz wanted)
    {
        PllDivider? best = null;
        for (byte reference = ReferenceMax; reference >= 1; reference--)
        {
            for (byte post1 = PostMax; post1 >= 1; post1--)
            {
                for (byte post2 = 1; post2 < post1; post2++)
                {
                    best = Better(best, Nearest(model, wanted, reference, post1, post2), wanted);
                }
            }
        }

        return best!.Value;
    }

    private static PllDivider Nearest(ChipModel model, Megahertz wanted, byte reference, byte post1, byte post2)
    {
        var feedback = Math.Round(
            wanted.Value / PllDivider.CrystalMegahertz * reference * post1 * post2, MidpointRounding.AwayFromZero);
        return new((byte)Math.Clamp(feedback, model.FeedbackMin, model.FeedbackMax), reference, post1, post2);
    }

    private static PllDivider? Better(PllDivider? best, PllDivider candidate, Megahertz wanted)
    {
        if (candidate.Vco.Value > VcoMaxMegahertz)
        {
            return best;
        }

        return best is not { } known || Rank(candidate, wanted).CompareTo(Rank(known, wanted)) < 0 ? candidate : best;
    }

    private static (double Error, double Vco, int Posts) Rank(PllDivider divider, Megahertz wanted) =>
        (Math.Abs(divider.Core.Value - wanted.Value), divider.Vco.Value, divider.Post1 * divider.Post2);
}
