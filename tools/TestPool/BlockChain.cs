using System.Buffers.Binary;
using Drivers.Hashing;

namespace TestPool;

/// <summary>What every job of one height shares.</summary>
/// <param name="PreviousHash">The block that the jobs build on, as the wire carries it.</param>
/// <param name="MinNTime">The lowest ntime a job on it may have, in seconds since 1970.</param>
public sealed record Tip(uint Height, UInt256 PreviousHash, uint NBits, uint MinNTime);

/// <summary>
/// A chain of blocks that nobody mined: hashes come from the seed and look like real ones. One for the whole pool, so
/// that all its channels change together.
/// </summary>
public sealed class BlockChain
{
    /// <summary>The difficulty of block 840000: no simulated chip meets it by accident.</summary>
    public const uint NBits = 0x1703_4219;

    private const uint FirstHeight = 840_000;

    private readonly ulong seed;
    private readonly TimeSpan interval;
    private readonly TimeSpan startedAt;
    private readonly uint startTime;
    private TimeSpan nextAt;

    /// <param name="interval">How long a block takes.</param>
    /// <param name="startTime">The wall clock at <paramref name="now"/>, in seconds since 1970; not read again.</param>
    public BlockChain(ulong seed, TimeSpan interval, TimeSpan now, uint startTime)
    {
        this.seed = seed;
        this.interval = interval;
        this.startTime = startTime;
        startedAt = now;
        Tip = MakeTip(FirstHeight, now);
        nextAt = now + interval;
    }

    /// <summary>Replaced as a whole, so any thread may read it.</summary>
    public Tip Tip { get; private set; }

    /// <summary>True where a block was due: <see cref="Tip"/> is another one now.</summary>
    public bool Step(TimeSpan now)
    {
        if (now < nextAt)
        {
            return false;
        }

        FindBlock(now);
        return true;
    }

    /// <summary>A block now, due or not.</summary>
    public void FindBlock(TimeSpan now)
    {
        Tip = MakeTip(Tip.Height + 1, now);
        nextAt = now + interval;
    }

    /// <summary>Seconds since 1970, counted on from the start: a stepped clock does not move it.</summary>
    public uint TimeAt(TimeSpan now) => startTime + (uint)(now - startedAt).TotalSeconds;

    /// <summary>The root of a job's transactions, of which there are none: 32 bytes that look like one.</summary>
    public UInt256 MerkleRoot(uint channelId, uint jobId)
    {
        Span<byte> origin = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(origin, seed);
        BinaryPrimitives.WriteUInt32LittleEndian(origin[8..], channelId);
        BinaryPrimitives.WriteUInt32LittleEndian(origin[12..], jobId);
        return Sha256Twice.Hash(origin);
    }

    /// <summary>What the merkle root of a job for an extended channel follows from.</summary>
    /// <param name="jobId">
    /// The number of transactions beside the coinbase follows from it, too: none to twelve levels.
    /// </param>
    public ExtendedRoot ExtendedRoot(uint jobId, uint height, byte[] prefix, int size)
    {
        const uint LevelsMax = 12;
        var path = new UInt256[jobId % (LevelsMax + 1)];
        for (uint level = 0; level < path.Length; level++)
        {
            path[level] = MerkleRoot(uint.MaxValue - level, jobId);
        }

        return new(Coinbase.Make(seed, height, prefix.Length + size), path, prefix, size);
    }

    private Tip MakeTip(uint height, TimeSpan now)
    {
        Span<byte> origin = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(origin, seed);
        BinaryPrimitives.WriteUInt32LittleEndian(origin[8..], height);
        var hash = Sha256Twice.Hash(origin);
        return new Tip(height, hash with { High = 0, MidHigh = hash.MidHigh >> 16 }, NBits, TimeAt(now));
    }
}
