namespace Simulator.Chips;

/// <summary>
/// Which nonces of a sweep are hashed: one in 2^(32 − zero bits), spread as if by chance, the same ones each time the
/// same job is swept.
/// </summary>
internal sealed class NonceSample
{
    private const int NonceBits = 32;

    private readonly NonceLayout layout;
    private readonly int gapBits;
    private readonly int cellBits;
    private readonly int coreChoices;

    public NonceSample(NonceLayout layout, int zeroBits)
    {
        this.layout = layout;
        var bits = NonceBits - zeroBits - layout.CoreBits;
        gapBits = Math.Max(bits, 0); // One counter in 2^gap is sampled, on one core …
        cellBits = Math.Min(gapBits, layout.CounterBits);
        coreChoices = Math.Max(-bits, 0); // … or every counter, on 2^choices of them.
    }

    /// <summary>The first sampled count from here on, or one past the end.</summary>
    /// <param name="start">The counter at count 0.</param>
    public long Next(ulong key, uint start, long from, long end)
    {
        for (var cell = (from + start) >> cellBits; (cell << cellBits) - start < end; cell++)
        {
            var place = (long)(Mix(key, Index(cell)) & ((1ul << gapBits) - 1));
            var count = (cell << cellBits) + place - start;
            if (place < 1L << cellBits && count >= from && count < end)
            {
                return count;
            }
        }

        return end;
    }

    /// <summary>The cores that hash a sampled count.</summary>
    public SampledCores CoresAt(ulong key, uint start, long count) => new(
        (uint)(Mix(key, Index((count + start) >> cellBits)) >> 40), layout.CoreBits, coreChoices);

    private uint Index(long cell) => (uint)(cell & ((1L << (layout.CounterBits - cellBits)) - 1));

    /// <summary>SplitMix64's finish: every bit of the key and the index decides about every bit of this.</summary>
    private static ulong Mix(ulong key, uint index)
    {
        unchecked
        {
            var mixed = key * 0x9E37_79B9_7F4A_7C15ul + index * 0xD1B5_4A32_D192_ED03ul;
            mixed = (mixed ^ mixed >> 30) * 0xBF58_476D_1CE4_E5B9ul;
            mixed = (mixed ^ mixed >> 27) * 0x94D0_49BB_1331_11EBul;
            return mixed ^ mixed >> 31;
        }
    }
}

/// <summary>One core, or 2^choices of them at equal distances.</summary>
internal readonly struct SampledCores(uint chance, int coreBits, int choices)
{
    public uint Count => 1u << choices;

    public uint this[uint i] => i << (coreBits - choices) | chance & ((1u << (coreBits - choices)) - 1);

    public bool Any(CoreSet open)
    {
        for (var i = 0u; i < Count; i++)
        {
            if (open.Has(this[i]))
            {
                return true;
            }
        }

        return false;
    }
}
