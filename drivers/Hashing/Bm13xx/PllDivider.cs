namespace Drivers.Hashing.Bm13xx;

/// <summary>How a model writes its PLL down.</summary>
public enum PllCoding : byte
{
    /// <summary>BM1387, register 0x0C: nothing in the top byte, post dividers as they are.</summary>
    Bm1387,

    /// <summary>BM1397, register 0x08: 0x40 in the top byte, post dividers as they are.</summary>
    Plain,

    /// <summary>BM1362 and later, register 0x08: the top byte tells the VCO's band, post dividers less one.</summary>
    MinusOne,
}

/// <summary>The clock of the hash cores: 25 MHz × feedback ÷ (reference × post 1 × post 2).</summary>
public readonly record struct PllDivider(byte Feedback, byte Reference, byte Post1, byte Post2)
{
    //   31    30    28     24 23      16 15       8 7      4 3      0
    // |lock| enable |fast VCO| feedback | reference | post 1 | post 2 |
    public const double CrystalMegahertz = 25;

    private const uint SlowVco = 0x40;
    private const uint FastVco = 0x50;
    private const double FastVcoMegahertz = 2400;
    private const int LockBit = 31;

    public Megahertz Core => new(Vco.Value / (Post1 * Post2));

    public Megahertz Vco => new(CrystalMegahertz * Feedback / Reference);

    /// <summary>Whether a word that was read says that the clock runs. The bit is none of the divider's.</summary>
    public static bool IsLocked(uint read) => read.Bit(LockBit);

    /// <summary>What was read, as it was written: without the lock bit.</summary>
    public static uint WithoutLock(uint read) => read.Field(LockBit - 1, 0);

    public static PllDivider FromBits(uint bits, PllCoding coding)
    {
        var less = coding == PllCoding.MinusOne ? 1 : 0;
        return new(
            Feedback: (byte)bits.Field(23, 16),
            Reference: (byte)bits.Field(15, 8),
            Post1: (byte)(bits.Field(7, 4) + less),
            Post2: (byte)(bits.Field(3, 0) + less));
    }

    public uint ToBits(PllCoding coding)
    {
        var less = coding == PllCoding.MinusOne ? 1 : 0;
        return Band(coding) << 24
            | (uint)Feedback << 16
            | (uint)Reference << 8
            | (uint)(Post1 - less) << 4
            | (uint)(Post2 - less);
    }

    private uint Band(PllCoding coding) => coding switch
    {
        PllCoding.Bm1387 => 0,
        PllCoding.MinusOne when Vco.Value >= FastVcoMegahertz => FastVco,
        _ => SlowVco,
    };
}
