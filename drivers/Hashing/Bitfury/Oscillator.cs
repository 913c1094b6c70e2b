namespace Drivers.Hashing.Bitfury;

/// <summary>
/// The clock is a ring whose speed is a thermometer of bits: more bits, faster. What a number of bits means in
/// megahertz is <b>weak</b>: 53 bits are chips of the 2 GH/s class, 56 bits a quarter more, and the rest is drawn
/// through these two. What a chip really does is measured by its counter.
/// </summary>
public static class Oscillator
{
    public const int SlowestBits = 30;
    public const int FastestBits = 57;
    public const int DefaultBits = 54;

    /// <summary>Where a chip that computes nothing but errors is sent.</summary>
    public const int CarefulBits = 52;

    private const int KnownBits = 53;
    private const double KnownMegahertz = 172; // 2 GH/s of 756 cores that take 65 clocks for a hash.
    private const double GrowthOfThreeBits = 1.25;

    public static Megahertz Clock(int bits) =>
        new(KnownMegahertz * Math.Pow(GrowthOfThreeBits, (bits - KnownBits) / 3.0));

    /// <summary>The most bits that are not faster than this; null where even the fewest are.</summary>
    public static int? BitsFor(Megahertz clock)
    {
        const double rounding = 0.01;
        for (var bits = FastestBits; bits >= SlowestBits; bits--)
        {
            if (Clock(bits).Value <= clock.Value + rounding)
            {
                return bits;
            }
        }

        return null;
    }

    /// <summary>The eight bytes of the register, first byte first: so many ones.</summary>
    public static ulong Thermometer(int bits) => (1UL << bits) - 1;
}
