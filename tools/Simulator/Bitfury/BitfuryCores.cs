namespace Simulator.Bitfury;

/// <summary>
/// The 756 cores of one chip: 21 columns of a grid 24 wide, 36 rows. All count through the same 22 bits, one step in 65
/// clocks; the other ten bits of the nonce are the core. Of the nonces one in 2^(32 − zero bits) is hashed, always the
/// same ones, spread evenly over time.
/// </summary>
internal sealed class BitfuryCores(int zeroBits)
{
    public const int CounterBits = 22;
    public const uint Range = 1u << CounterBits;
    public const int ClocksPerStep = 65;

    private const int SiliconZeroBits = 32;
    private const int CoreBits = 10;
    private const int GridWidth = 24;
    private const int Columns = 21;
    private const int Rows = 36;

    /// <summary>Adds the nonces, as message words, that solve the job while the counters go from … up to.</summary>
    public void Sweep(BitfuryJob job, uint from, uint to, List<uint> found)
    {
        if (zeroBits > CounterBits)
        {
            throw new InvalidOperationException($"At most {CounterBits} zero bits are simulated.");
        }

        if (IsKnown(job, from, to, out var known))
        {
            TryHash(job, known, SiliconZeroBits, found);
        }

        var shift = CounterBits - zeroBits;
        for (var cell = from >> shift; cell << shift < to; cell++)
        {
            var mixed = Mix(cell);
            var counter = (cell << shift) + (mixed & ((1u << shift) - 1));
            var core = mixed >> CounterBits & ((1u << CoreBits) - 1);
            if (counter >= from && counter < to && Exists(core))
            {
                TryHash(job, Nonce(core, counter), zeroBits, found);
            }
        }
    }

    private static bool IsKnown(BitfuryJob job, uint from, uint to, out uint nonce)
    {
        nonce = job.KnownAnswer ?? 0;
        var counter = nonce & (Range - 1);
        return job.KnownAnswer is not null && Exists(Core(nonce)) && counter >= from && counter < to;
    }

    private static uint Core(uint nonce) => nonce >> 29 | (nonce >> CounterBits & 0x7F) << 3;

    /// <summary>Which nonce a core hashes at a count.</summary>
    public static uint Nonce(uint core, uint counter) => (core & 7) << 29 | core >> 3 << CounterBits | counter;

    public static bool Exists(uint core) => core % GridWidth < Columns && core / GridWidth < Rows;

    private static void TryHash(BitfuryJob job, uint nonce, int fixedZeros, List<uint> found)
    {
        if (job.Hash(nonce).High >> (64 - fixedZeros) == 0)
        {
            found.Add(nonce);
        }
    }

    private static uint Mix(uint cell)
    {
        unchecked
        {
            var mixed = (cell + 0x51ED_270B) * 0x9E37_79B1u;
            mixed ^= mixed >> 15;
            mixed *= 0x85EB_CA77u;
            mixed ^= mixed >> 13;
            mixed *= 0xC2B2_AE3Du;
            return mixed ^ mixed >> 16;
        }
    }
}
