namespace Simulator.Bitfury;

/// <summary>How the chip shows a number in one of its sixteen result words.</summary>
internal static class BitfuryWord
{
    private const uint Shown = 0x0080_0004;
    private const uint CounterBase = 0xDF80_0000;
    private const uint Near = 0x0040_0000;
    private const uint Far = 0x0080_0000;
    private const uint NearBelow = 0x1C;

    /// <summary>The running counter.</summary>
    public static uint OfCounter(uint counter) => Raw(CounterBase | counter);

    /// <summary>
    /// A result: the core is some steps ahead when its hash turns out well, by 0x400000 where that makes the lowest
    /// byte small, else by nothing or by 0x800000.
    /// </summary>
    public static uint OfResult(uint nonce)
    {
        unchecked
        {
            if (Raw(nonce + Near) is var near && (near & 0xFF) < NearBelow)
            {
                return near;
            }

            var straight = Raw(nonce);
            var takesFar = (nonce & 1) != 0 || (straight & 0xFF) < NearBelow;
            return takesFar && (Raw(nonce + Far) & 0xFF) >= NearBelow ? Raw(nonce + Far) : straight;
        }
    }

    /// <summary>x = n + 0x800004; bits 21 to 0 of x go to the top, then 22 and 23; each byte turned around.</summary>
    public static uint Raw(uint number)
    {
        var x = unchecked(number + Shown);
        var r = (x & 0x3F_FFFF) << 2 | (x >> 22 & 1) << 1 | (x >> 23 & 1);
        uint turned = 0;
        for (var bit = 0; bit < 24; bit++)
        {
            turned |= (r >> bit & 1) << (bit / 8 * 8 + (7 - bit % 8));
        }

        return turned << 8 | x >> 24;
    }
}
