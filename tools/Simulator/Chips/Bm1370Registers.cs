namespace Simulator.Chips;

/// <summary>What the numbers in a BM1370's registers do to its clocks.</summary>
internal static class Bm1370Registers
{
    private const double SlowestVco = 1600;
    private const double FastestVco = 3200;
    private const double Pll1Megahertz = 400;
    private const uint Pll1AtReset = 0x2050_0174;
    private const int SlowestDivider = 8;

    /// <summary>
    /// Values after reset. 18 is from the BM1370 itself, A8, 28, 58 and 60 from its sister BM1366; the hash clock
    /// starts at 50 MHz, which 08 expresses; everything else reads zero.
    /// </summary>
    public static readonly (byte Register, uint Value)[] PowerOn =
    [
        (0x08, 0x40A8_0265),
        (0x18, 0x0000_C100),
        (0x28, 0x0130_1A00),
        (0x2C, 0x000F_0000),
        (0x58, 0x0001_2111),
        (0x60, Pll1AtReset),
        (0xA4, 0x0000_FFFF),
        (0xA8, 0x0007_0000),
    ];

    //  31   24 23      16 15       8 7         4 3         0
    // |  VCO  | feedback | reference | post 1 - 1 | post 2 - 1 |

    /// <summary>The hash clock, or 0 where these dividers do not lock.</summary>
    public static double Megahertz(uint pll, double crystalMegahertz)
    {
        var feedback = pll >> 16 & 0xFF;
        var reference = pll >> 8 & 0xFF;
        var post1 = (pll >> 4 & 0xF) + 1;
        var post2 = (pll & 0xF) + 1;
        var vco = reference is 1 or 2 ? crystalMegahertz * feedback / reference : 0;
        var locks = (pll & 0x4000_0000) != 0 && vco is >= SlowestVco and <= FastestVco
            && post1 <= 7 && post2 <= 7 && post1 >= post2;
        return locks ? vco / (post1 * post2) : 0;
    }

    /// <summary>Bits 15-8 divide the crystal, or PLL 1 where bit 26 says so; 0 where that PLL was never set.</summary>
    public static int Baud(uint fastUart, uint pll1)
    {
        var divider = SlowestDivider * ((fastUart >> 8 & 0xFF) + 1);
        var fromPll1 = (fastUart & 0x0400_0000) != 0;
        var source = fromPll1 ? pll1 == Pll1AtReset ? 0 : Pll1Megahertz : 25;
        return (int)Math.Round(source * 1e6 / divider);
    }
}
