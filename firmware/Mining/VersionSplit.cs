using System.Numerics;

namespace Firmware.Mining;

/// <summary>
/// Which version bits of a job the chips roll within one work, and which are counted through from work to work. The
/// chips get the highest: those that cannot be told which bits roll 28 to 13 (hashing-chips reference §9.5).
/// </summary>
public readonly record struct VersionSplit
{
    public const int BitsMax = 32;

    public VersionSplit(uint mask, int rolledBits)
    {
        Rolled = mask;
        while (BitOperations.PopCount(Rolled) > rolledBits)
        {
            Rolled &= Rolled - 1; // The lowest bit that is set.
        }

        Counted = mask & ~Rolled;
    }

    /// <summary>The chips' own.</summary>
    public uint Rolled { get; }

    /// <summary>The others.</summary>
    public uint Counted { get; }

    /// <summary>How many works one header makes: each leaves the chips all values of theirs.</summary>
    public ulong Windows => 1UL << BitOperations.PopCount(Counted);

    /// <summary>
    /// The version of one of them. It has the window's number in the counted bits, whatever the pool's has there.
    /// </summary>
    public uint Of(uint version, ulong window)
    {
        var bits = 0u;
        for (var left = Counted; left != 0; left &= left - 1)
        {
            bits |= (window & 1) == 0 ? 0 : left & ~(left - 1);
            window >>= 1;
        }

        return (version & ~Counted) | bits;
    }
}
