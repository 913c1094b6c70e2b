using System.Buffers.Binary;
using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>How chips share the nonces of a job among themselves, and how long the versions of a job last.</summary>
public static class NonceSpace
{
    /// <summary>A tick of <see cref="HashCountingNumber"/>: 12.5 MHz, half the crystal.</summary>
    private const double TickSeconds = 80e-9;

    private const double NoncesPerJob = 1UL << 32;

    /// <summary>
    /// The longest count at which no core walks into its neighbour's slice: slice ÷ (2 · clock ÷ 25 MHz), less a guard
    /// for what a core overruns. To be written again after every change of the clock.
    /// </summary>
    public static HashCountingNumber CountingNumber(ChipModel model, int chips, PllDivider pll)
    {
        var slice = (1UL << 32) / BitOperations.RoundUpToPowerOf2((uint)model.Cores)
            / BitOperations.RoundUpToPowerOf2((uint)chips);
        var ticks = slice * pll.Reference * pll.Post1 * pll.Post2 / (2UL * pll.Feedback);
        return new((uint)Math.Min(ticks > model.CountingGuard ? ticks - model.CountingGuard : 0, model.CountingMax));
    }

    /// <summary>
    /// How long a chip takes through all versions of a job. Then it begins again at the first and finds the same; a
    /// chip that is given midstates falls silent.
    /// </summary>
    /// <param name="versionMask">Where a header has it. Each bit less halves it.</param>
    public static TimeSpan Epoch(ChipModel model, TimeSpan pass, uint versionMask)
    {
        var bits = BitOperations.PopCount(versionMask);
        var versions = model.Counts ? Math.ScaleB(1, bits) : model.Midstates(bits);
        var passes = versions / model.SmallCores;
        return pass * (model.Counts ? Math.Max(passes, 1) : passes);
    }

    /// <summary>
    /// What part of a chip's hashes is new: its small cores take consecutive versions, and where there are fewer of
    /// those than small cores, some hash what their neighbours do (derived: REFERENCE.md).
    /// </summary>
    public static double NewShare(ChipModel model, uint versionMask) => model.Counts
        ? Math.Min(Math.ScaleB(1, BitOperations.PopCount(versionMask)) / model.SmallCores, 1)
        : 1;

    /// <summary>How long every core takes through its nonces with as many versions as it has small cores.</summary>
    public static TimeSpan Pass(ChipModel model, int chips, PllDivider pll, HashCountingNumber number) =>
        TimeSpan.FromSeconds(model.Counts
            ? number.Ticks * TickSeconds
            : NoncesPerJob / BitOperations.RoundUpToPowerOf2((uint)model.Cores) / (256 / model.AddressStep(chips))
                / (pll.Core.Value * 1e6));

    /// <summary>Addresses are dealt out so that an address is where a chip's slice begins.</summary>
    public static byte Address(ChipModel model, int chip, int chips) => (byte)(chip * model.AddressStep(chips));

    /// <summary>Which chip reported: its address stands in the nonce.</summary>
    public static int Chip(ChipModel model, uint wireNonce, int chips)
    {
        if (chips == 1)
        {
            return 0;
        }

        return Math.Min(AddressIn(model, wireNonce) / model.AddressStep(chips), chips - 1);
    }

    /// <summary>What stands where the address of the chip that found it does.</summary>
    public static byte AddressIn(ChipModel model, uint wireNonce) => (byte)(model.Nonces switch
    {
        NonceLayout.Core7 => wireNonce.Field(24, 17),
        NonceLayout.Core8 => wireNonce.Field(23, 16),
        _ => AsInHeader(wireNonce).Field(7, 2) << 2,
    });

    /// <summary>Which core of it.</summary>
    public static int Core(ChipModel model, uint wireNonce) => model.Nonces switch
    {
        NonceLayout.Core7 => (int)wireNonce.Field(31, 25),
        NonceLayout.Core8 => (int)wireNonce.Field(31, 24),
        _ => (int)AsInHeader(wireNonce).Field(30, 24),
    };

    private static uint AsInHeader(uint wireNonce) => BinaryPrimitives.ReverseEndianness(wireNonce);
}
