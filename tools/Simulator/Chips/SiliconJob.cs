using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>The headers that a core hashes at one time: they differ in what the first 64 bytes hold.</summary>
/// <param name="Rolled">The version bits of each; of a midstate job zeros.</param>
internal sealed record RolledHeaders(long Batch, int VersionBits, Midstate[] Midstates, ushort[] Rolled)
{
    public int Count => Midstates.Length;
}

/// <summary>A job frame as the chips took it. All chips of a chain share one, and what was computed of it.</summary>
internal sealed class SiliconJob
{
    private const int MidstateBytes = 32;
    private const int BatchesKept = 8;
    private const int FirstRolledBit = 13;

    private readonly Silicon silicon;
    private readonly byte[] header = new byte[BlockHeader.Size];
    private readonly Midstate[] given = [];
    private readonly RolledHeaders?[] kept = new RolledHeaders?[BatchesKept];
    private readonly uint version;

    /// <param name="body">Header byte to last byte before the checksum.</param>
    public SiliconJob(Silicon silicon, ReadOnlySpan<byte> body)
    {
        this.silicon = silicon;
        Id = body[2];
        StartNonce = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        body[12..16].CopyTo(header.AsSpan(68));
        body[8..12].CopyTo(header.AsSpan(72));
        if (silicon.Jobs == JobFormat.FullHeader)
        {
            body[80..84].CopyTo(header);
            CopyGroupsReversed(body[48..80], header.AsSpan(4));
            CopyGroupsReversed(body[16..48], header.AsSpan(36));
            version = BinaryPrimitives.ReadUInt32LittleEndian(header);
        }
        else
        {
            body[16..20].CopyTo(header.AsSpan(64));
            given = ReadMidstates(body[20..]);
            IsNull = body[8..20].IndexOfAnyExcept((byte)0xFF) < 0 && body[20..].IndexOfAnyExcept((byte)0) < 0;
        }

        Salt = Mixed(body[8..]);
        Known = KnownAnswers.For(body);
    }

    /// <summary>The job id byte.</summary>
    public byte Id { get; }

    /// <summary>The four bytes as they came, as a big-endian number.</summary>
    public uint StartNonce { get; }

    /// <summary>How many midstates it brought; 0 for a full header.</summary>
    public int Midstates => given.Length;

    /// <summary>The work that opens cores: all zeros before, all ones behind the first 64 bytes.</summary>
    public bool IsNull { get; }

    /// <summary>Differs from job to job, and is the same for the same job.</summary>
    public ulong Salt { get; }

    /// <summary>What captures tell that silicon finds in it.</summary>
    public KnownAnswer[] Known { get; }

    /// <summary>Of a midstate job only the last bytes are known; the others are zero.</summary>
    public BlockHeader Header => BlockHeader.Read(header);

    /// <summary>The last 16 bytes of the header, the nonce open.</summary>
    public ReadOnlySpan<byte> Tail => header.AsSpan(Sha256d.MidstateBytes);

    /// <summary>The 16 bits of the version that may be rolled, as they came.</summary>
    public int VersionField => given.Length > 0 ? 0 : (int)(version >> FirstRolledBit & 0xFFFF);

    /// <summary>What makes two jobs the same work to one lane, apart from nonce and rolled bits.</summary>
    public WorkKey KeyOf(int lane)
    {
        Span<byte> fixedBytes = stackalloc byte[BlockHeader.Size];
        header.CopyTo(fixedBytes);
        if (given.Length > 0)
        {
            MemoryMarshal.Write(fixedBytes, given[lane]);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(fixedBytes, version & ~(0xFFFFu << FirstRolledBit));
        }

        return new WorkKey(Mixed(fixedBytes), Mixed(fixedBytes[1..]));
    }

    /// <summary>How many different versions the roller makes of it.</summary>
    public int Versions(int versionBits) =>
        given.Length > 0 ? 1 : 1 << BitOperations.PopCount((uint)versionBits);

    /// <summary>What the cores hash at this batch of versions; fewer where the mask leaves fewer.</summary>
    public RolledHeaders At(long batch, int versionBits)
    {
        ref var entry = ref kept[batch & (BatchesKept - 1)];
        return entry is { } lanes && lanes.Batch == batch && lanes.VersionBits == versionBits
            ? lanes
            : entry = given.Length > 0
                ? new RolledHeaders(batch, versionBits, given, new ushort[given.Length])
                : Roll(batch, versionBits);
    }

    /// <summary>Which batch rolls these bits, or -1 where none does.</summary>
    public long BatchOf(ushort rolled, int versionBits)
    {
        if ((rolled & ~versionBits) != 0)
        {
            return -1;
        }

        var (counter, place) = (0, 0);
        for (var bit = 0; bit < 16; bit++)
        {
            if ((versionBits >> bit & 1) != 0)
            {
                counter |= (rolled >> bit & 1) << place++;
            }
        }

        return counter / silicon.SmallCores;
    }

    private RolledHeaders Roll(long batch, int versionBits)
    {
        Span<byte> first = stackalloc byte[Sha256d.MidstateBytes];
        header.AsSpan(0, first.Length).CopyTo(first);
        var count = Math.Min(silicon.SmallCores, Versions(versionBits));
        var lanes = new RolledHeaders(batch, versionBits, new Midstate[count], new ushort[count]);
        var mask = (uint)versionBits << FirstRolledBit;
        for (var lane = 0; lane < count; lane++)
        {
            lanes.Rolled[lane] = Deposit((int)(batch * silicon.SmallCores) + lane, versionBits);
            var rolled = version & ~mask | (uint)lanes.Rolled[lane] << FirstRolledBit;
            BinaryPrimitives.WriteUInt32LittleEndian(first, rolled);
            lanes.Midstates[lane] = Sha256d.Midstate(first);
        }

        return lanes;
    }

    /// <summary>Spreads the counter over the mask's bits, lowest first.</summary>
    public static ushort Deposit(int counter, int mask)
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

    /// <summary>Each is eight words, the last one first, most significant byte first.</summary>
    private static Midstate[] ReadMidstates(ReadOnlySpan<byte> bytes)
    {
        var midstates = new Midstate[bytes.Length / MidstateBytes];
        Span<uint> words = stackalloc uint[8];
        for (var i = 0; i < midstates.Length; i++)
        {
            for (var word = 0; word < 8; word++)
            {
                words[7 - word] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(MidstateBytes * i + 4 * word)..]);
            }

            midstates[i] = new Midstate(
                Vector128.Create<uint>(words[..4]),
                Vector128.Create<uint>(words[4..]));
        }

        return midstates;
    }

    private static ulong Mixed(ReadOnlySpan<byte> bytes)
    {
        var mixed = 0xCBF2_9CE4_8422_2325ul;
        unchecked
        {
            foreach (var one in bytes)
            {
                mixed = (mixed ^ one) * 0x0000_0100_0000_01B3ul;
            }
        }

        return mixed;
    }

    private static void CopyGroupsReversed(ReadOnlySpan<byte> groups, Span<byte> bytes)
    {
        for (var group = 0; group < 8; group++)
        {
            groups.Slice(4 * group, 4).CopyTo(bytes[(4 * (7 - group))..]);
        }
    }
}
