using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>How chips share the nonces of a job among themselves, and how long the versions of a job last.</summary>
public static class NonceSpace
{
    /// <summary>A tick of <see cref="HashCountingNumber"/>: 12.5 MHz, half the crystal.</summary>
    private const double TickSeconds = 80e-9;

    /// <summary>
    /// The longest count at which no core walks into its neighbour's slice: slice ÷ (2 · clock ÷ 25 MHz), less a guard
    /// for what a core overruns. To be written again after every change of the clock.
    /// </summary>
    public static HashCountingNumber CountingNumber(ChipModel model, int chips, PllDivider pll)
    {
        var slice = (1UL << 32) / BitOperations.RoundUpToPowerOf2((uint)model.Cores)
            / BitOperations.RoundUpToPowerOf2((uint)chips);
        var ticks = slice * pll.Reference * pll.Post1 * pll.Post2 / (2UL * pll.Feedback);
        return new((uint)(ticks > model.CountingGuard ? ticks - model.CountingGuard : 0));
    }

    /// <summary>
    /// How long a chip takes through all versions of a job. Then it begins again at the first and finds the same.
    /// </summary>
    /// <param name="versionMask">Where a header has it. Each bit less halves it.</param>
    public static TimeSpan Epoch(ChipModel model, HashCountingNumber number, uint versionMask)
    {
        var versions = Math.ScaleB(1, BitOperations.PopCount(versionMask));
        return TimeSpan.FromSeconds(Math.Max(versions / model.SmallCores, 1) * number.Ticks * TickSeconds);
    }

    /// <summary>Addresses are dealt out so that address · 2^17 is the start of a chip's slice.</summary>
    public static byte Address(int chip, int chips) => (byte)(chip * AddressStep(chips));

    /// <summary>Which chip reported: its address stands in bits 24 to 17 of the nonce as it comes.</summary>
    public static int Chip(uint wireNonce, int chips) =>
        chips == 1 ? 0 : Math.Min((int)wireNonce.Field(24, 17) / AddressStep(chips), chips - 1);

    /// <summary>Which core of it.</summary>
    public static int Core(uint wireNonce) => (int)wireNonce.Field(31, 25);

    private static int AddressStep(int chips) => 256 / (int)BitOperations.RoundUpToPowerOf2((uint)chips);
}
