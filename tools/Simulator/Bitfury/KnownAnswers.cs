namespace Simulator.Bitfury;

/// <summary>
/// The published jobs and the nonces that solve them: a chip that is given one finds its answer when its counters come
/// by, although software does not hash them all.
/// </summary>
internal static class KnownAnswers
{
    private static readonly (uint FirstStateWord, uint FirstTailWord, uint Nonce)[] Known =
    [
        (0xB0E7_2D8E, 0x8A0B_B7B7, 0xF0C4_E61F),
        (0x9C4D_FDC0, 0x048B_2528, 0xBE00_084A),
        (0x0317_B3EA, 0x328B_CD4F, 0x002C_6DBC),
        (0xAC4E_38B6, 0x7269_8140, 0x801E_43E9),
        (0x9DBF_91C9, 0x6F38_06C3, 0x0033_4B39),
    ];

    /// <summary>Null for a job that is none of them.</summary>
    public static uint? Of(uint firstStateWord, uint firstTailWord)
    {
        foreach (var known in Known)
        {
            if (known.FirstStateWord == firstStateWord && known.FirstTailWord == firstTailWord)
            {
                return known.Nonce;
            }
        }

        return null;
    }
}
