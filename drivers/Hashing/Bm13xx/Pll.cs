namespace Drivers.Hashing.Bm13xx;

/// <summary>Finds the divider for a clock.</summary>
public static class Pll
{
    private const int ReferenceMax = 2;
    private const int PostMax = 7;

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
                    best = Better(model.Pll, best, Nearest(model.Pll, wanted, reference, post1, post2), wanted);
                }
            }
        }

        return best!.Value;
    }

    private static PllDivider Nearest(PllRange range, Megahertz wanted, byte reference, byte post1, byte post2)
    {
        var feedback = Math.Round(
            wanted.Value / PllDivider.CrystalMegahertz * reference * post1 * post2, MidpointRounding.AwayFromZero);
        return new((byte)Math.Clamp(feedback, range.FeedbackMin, range.FeedbackMax), reference, post1, post2);
    }

    private static PllDivider? Better(PllRange range, PllDivider? best, PllDivider candidate, Megahertz wanted)
    {
        var vcoMax = candidate.Reference == 1 ? range.VcoMaxDirect : range.VcoMax;
        if (candidate.Vco.Value < range.VcoMin || candidate.Vco.Value > vcoMax)
        {
            return best;
        }

        return best is not { } known || Rank(candidate, wanted).CompareTo(Rank(known, wanted)) < 0 ? candidate : best;
    }

    private static (double Error, double Vco, int Posts) Rank(PllDivider divider, Megahertz wanted) =>
        (Math.Abs(divider.Core.Value - wanted.Value), divider.Vco.Value, divider.Post1 * divider.Post2);
}
