namespace Drivers.Hashing.Bitfury;

public enum Generation : byte
{
    /// <summary>55 nm, 756 cores.</summary>
    First = 1,

    /// <summary>864 cores. Little of it is known.</summary>
    Second = 2,
}

/// <summary>One of the sixteen words in which a chip keeps its newest results: a nonce in disguise.</summary>
internal readonly record struct ResultWord(uint Raw)
{
    /// <summary>What a core is ahead of when its hash turns out well.</summary>
    private const uint Near = 0x0040_0000;
    private const uint Far = 0x0080_0000;

    private const uint Bias = 0x0080_0004;
    private const byte CounterMark = 0xE0;
    private const byte CounterTop = 0xDF;
    private const byte NearBelow = 0x1C;
    private const uint CounterMask = 0x003F_FFFF;

    /// <summary>How many numbers <see cref="TryNonces"/> writes at most.</summary>
    public const int CandidatesMax = 5;

    /// <summary>The steps of a core through one job, each of which takes <see cref="ClocksPerHash"/>.</summary>
    public const uint CounterRange = CounterMask + 1;

    public const int ClocksPerHash = 65;

    /// <summary>The number as the chip counts, which is not yet the nonce.</summary>
    public uint Decoded
    {
        get
        {
            var low = (uint)(Commands.Reversed((byte)Raw.Field(15, 8))
                | Commands.Reversed((byte)Raw.Field(23, 16)) << 8
                | Commands.Reversed((byte)Raw.Field(31, 24)) << 16);
            var number = (Raw & 0xFF) << 24 | (low & 1) << 23 | (low >> 1 & 1) << 22 | low >> 2;
            return unchecked(number - Bias);
        }
    }

    /// <summary>One word of the sixteen is no result: it shows how far the cores have counted.</summary>
    public bool IsCounter => Raw.Field(7, 0) == CounterMark && Decoded >> 24 == CounterTop;

    public uint Count => Decoded & CounterMask;

    /// <summary>Which nonces it may mean, as SHA-256 has them, the likeliest first; only hashing tells.</summary>
    public int TryNonces(Generation generation, Span<uint> nonces)
    {
        unchecked
        {
            var number = Decoded;
            if (generation == Generation.Second)
            {
                nonces[0] = number - Far;
                nonces[1] = number;
                nonces[2] = number + 0x0280_0000;
                nonces[3] = number + 0x02C0_0000;
                nonces[4] = number + Near;
                return CandidatesMax;
            }

            if (Raw.Field(7, 0) < NearBelow)
            {
                nonces[0] = number - Near;
                return 1;
            }

            nonces[0] = number - Far;
            nonces[1] = number;
            return 2;
        }
    }

    /// <summary>Where on the die a nonce was found: x + 24 y.</summary>
    public static int Core(uint nonce) => (int)((nonce >> 29 & 0x7) | (nonce >> 19 & 0x3F8));

    public static int Cores(Generation generation) => generation == Generation.Second ? 864 : 756;
}
