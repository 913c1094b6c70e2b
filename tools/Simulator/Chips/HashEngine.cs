using System.Buffers.Binary;
using System.Numerics;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>
/// The 2040 hash units of one chip, sweeping their nonces as the silicon does: every core counts up from the same
/// start at one step a clock, its small cores hash that nonce with consecutive rolled versions, and after the hash
/// counting time all cores start again with the next versions. Of the sweep one nonce in 2^(32 − zero bits) is hashed,
/// always the same ones, so that a repeated epoch repeats its results.
/// </summary>
internal sealed class HashEngine(int zeroBits, Random random)
{
    public const int Cores = 128;
    public const int HashUnits = 2040;

    private const int SmallCores = 16;
    private const int RuntSmallCores = 8; // The last core is half a core: 127 · 16 + 8 = 2040.
    private const int CounterBits = 25;
    private const uint CounterMask = (1u << CounterBits) - 1;
    private const double CountingTickSeconds = 80e-9;

    private readonly byte[] header = new byte[BlockHeader.Size];
    private readonly Midstate[] midstates = new Midstate[SmallCores];
    private readonly ushort[] rolled = new ushort[SmallCores];
    private bool loaded;
    private byte jobId;
    private uint version;
    private uint start;
    private KnownAnswer? answer;
    private int batch;
    private double batchSeconds;
    private double clocks;
    private int hashedVersions;

    public bool Loaded => loaded;

    /// <summary>The whole versions of one job, after which the search repeats itself.</summary>
    public static double EpochSeconds(in Clocking clocking) =>
        Batches(clocking.VersionBits) * clocking.CountingNumber * CountingTickSeconds;

    /// <summary>Takes a job, header byte to last version byte; it begins with version 0 at once.</summary>
    /// <param name="counterStart">Where the counters begin; null lets it float from job to job.</param>
    public void Load(ReadOnlySpan<byte> job, uint? counterStart)
    {
        jobId = (byte)((job[2] >> 3) & 0x0F);
        answer = KnownAnswer.For(job);
        var nbits = job[8..12];
        var ntime = job[12..16];
        var merkleRoot = job[16..48];
        var previousHash = job[48..80];
        var versionBytes = job[80..84];

        versionBytes.CopyTo(header);
        CopyGroupsReversed(previousHash, header.AsSpan(4));
        CopyGroupsReversed(merkleRoot, header.AsSpan(36));
        ntime.CopyTo(header.AsSpan(68));
        nbits.CopyTo(header.AsSpan(72));
        version = BinaryPrimitives.ReadUInt32LittleEndian(versionBytes);
        start = (counterStart ?? (uint)random.NextInt64(1 << CounterBits)) & CounterMask;
        loaded = true;
        Restart(0);
    }

    public BlockHeader Header => BlockHeader.Read(header);

    public void Drop() => loaded = false;

    /// <summary>Hashes for as long as said, and adds what it finds.</summary>
    public void Run(double seconds, in Clocking clocking, List<ChipResult> results)
    {
        if (!loaded || !clocking.Hashes)
        {
            return;
        }

        var done = 0.0;
        while (done < seconds)
        {
            var left = Math.Max(clocking.CountingNumber * CountingTickSeconds - batchSeconds, 0);
            var step = Math.Min(seconds - done, left);
            var from = clocks;
            clocks += step * clocking.Megahertz * 1e6;
            batchSeconds += step;
            Sweep((ulong)from, (ulong)clocks, clocking, results);
            done += step;
            if (step >= left)
            {
                Restart((batch + 1) % Batches(clocking.VersionBits));
                AddKnownAnswer(clocking, results);
            }
        }
    }

    /// <summary>Whether silicon would report this hash.</summary>
    public static bool Passes(in UInt256 hash, int zeroBits, uint ticketMask)
    {
        if (hash.High >> (64 - zeroBits) != 0)
        {
            return false;
        }

        // The mask's low byte watches the byte that follows the fixed zeros, its bit 7 the first of them.
        var next = unchecked((uint)((hash.High << zeroBits) >> 32));
        return (BinaryPrimitives.ReverseEndianness(next) & ticketMask) == 0;
    }

    private static int Batches(int versionBits) =>
        Math.Max(1, (1 << BitOperations.PopCount((uint)versionBits)) / SmallCores);

    private void Restart(int nextBatch)
    {
        batch = nextBatch;
        batchSeconds = 0;
        clocks = 0;
        hashedVersions = 0;
    }

    private void Sweep(ulong from, ulong to, in Clocking clocking, List<ChipResult> results)
    {
        var low = start + from;
        var high = start + to;
        if (zeroBits > CounterBits)
        {
            SweepEveryCounter(low, high, clocking, results);
            return;
        }

        // One counter in each cell of 2^shift is hashed, on one core; where in its cell looks random and never changes.
        var shift = CounterBits - zeroBits;
        for (var cell = low >> shift; cell << shift < high; cell++)
        {
            var index = (uint)(cell & ((1u << zeroBits) - 1));
            var counter = (cell << shift) + (Mix(index) & ((1u << shift) - 1));
            if (counter >= low && counter < high)
            {
                HashNonce(SpreadCore(index), (uint)(counter & CounterMask), clocking, results);
            }
        }
    }

    private void SweepEveryCounter(ulong low, ulong high, in Clocking clocking, List<ChipResult> results)
    {
        var coreBits = zeroBits - CounterBits;
        for (var counter = low; counter < high; counter++)
        {
            for (var i = 0u; i < 1u << coreBits; i++)
            {
                var core = SpreadCore(i) + (uint)(counter & ((1ul << (7 - coreBits)) - 1));
                HashNonce(core, (uint)(counter & CounterMask), clocking, results);
            }
        }
    }

    private void HashNonce(uint core, uint counter, in Clocking clocking, List<ChipResult> results)
    {
        if ((clocking.Cores >> (int)core & 1) == 0)
        {
            return;
        }

        PrepareVersions(clocking.VersionBits);
        var nonce = core << CounterBits | counter;
        var tail = header.AsSpan(Sha256d.MidstateBytes);
        BinaryPrimitives.WriteUInt32BigEndian(tail[12..], nonce);
        var units = core == Cores - 1 ? Math.Min(RuntSmallCores, hashedVersions) : hashedVersions;
        for (var unit = 0; unit < units; unit++)
        {
            var hash = Sha256d.FinishHeader(midstates[unit], tail);
            if (Passes(hash, zeroBits, clocking.TicketMask))
            {
                var excess = Math.Min(2 * Math.Max(ZeroBits(hash) - zeroBits - clocking.TicketBits, 0), 255);
                results.Add(new ChipResult(jobId, nonce, rolled[unit], (byte)unit, (byte)excess));
            }
        }
    }

    /// <summary>The midstates of this batch's versions; fewer than 16 where the mask leaves fewer.</summary>
    private void PrepareVersions(int versionBits)
    {
        if (hashedVersions > 0)
        {
            return;
        }

        Span<byte> first = stackalloc byte[Sha256d.MidstateBytes];
        header.AsSpan(0, first.Length).CopyTo(first);
        hashedVersions = Math.Min(SmallCores, 1 << BitOperations.PopCount((uint)versionBits));
        for (var unit = 0; unit < hashedVersions; unit++)
        {
            rolled[unit] = Deposit(batch * SmallCores + unit, versionBits);
            var mask = (uint)versionBits << 13;
            BinaryPrimitives.WriteUInt32LittleEndian(first, version & ~mask | (uint)rolled[unit] << 13);
            midstates[unit] = Sha256d.Midstate(first);
        }
    }

    private void AddKnownAnswer(in Clocking clocking, List<ChipResult> results)
    {
        if (answer is { } known && batch == known.Result.RolledBits / SmallCores
            && (known.Result.RolledBits & ~clocking.VersionBits) == 0
            && Passes(known.Hash(Header), 32, clocking.TicketMask))
        {
            results.Add(known.Result);
        }
    }

    /// <summary>Spreads the counter over the mask's bits, lowest first.</summary>
    private static ushort Deposit(int counter, int mask)
    {
        var deposited = 0;
        for (var bit = 0; bit < 16; bit++)
        {
            if ((mask >> bit & 1) != 0)
            {
                deposited |= (counter & 1) << bit;
                counter >>= 1;
            }
        }

        return (ushort)deposited;
    }

    /// <summary>Seven bits in reverse order: consecutive cells fall on cores far from each other.</summary>
    private static uint SpreadCore(uint index)
    {
        var core = 0u;
        for (var bit = 0; bit < 7; bit++)
        {
            core |= (index >> bit & 1) << (6 - bit);
        }

        return core;
    }

    private static uint Mix(uint index)
    {
        unchecked
        {
            var mixed = (index + 1) * 0x9E37_79B1u;
            mixed ^= mixed >> 15;
            mixed *= 0x85EB_CA77u;
            return mixed ^ mixed >> 13;
        }
    }

    private static int ZeroBits(in UInt256 hash) => hash.High != 0
        ? BitOperations.LeadingZeroCount(hash.High)
        : 64 + BitOperations.LeadingZeroCount(hash.MidHigh);

    private static void CopyGroupsReversed(ReadOnlySpan<byte> groups, Span<byte> bytes)
    {
        for (var group = 0; group < 8; group++)
        {
            groups.Slice(4 * group, 4).CopyTo(bytes[(4 * (7 - group))..]);
        }
    }
}
