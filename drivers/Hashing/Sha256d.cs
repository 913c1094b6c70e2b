using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Drivers.Hashing.Lanes;

namespace Drivers.Hashing;

/// <summary>SHA-256 after whole blocks: the eight words a to h of FIPS 180-4.</summary>
public readonly record struct Midstate(Vector128<uint> Abcd, Vector128<uint> Efgh);

/// <summary>
/// SHA-256 of SHA-256, for block headers and merkle nodes. Allocates nothing. Runs on the CPU's SHA-256 on arm64 where
/// it has one, and otherwise as code of our own: .NET reaches no such instruction on x64.
/// </summary>
public static class Sha256d
{
    /// <summary>The header bytes that a midstate covers: version, previous hash, 28 bytes of the merkle root.</summary>
    public const int MidstateBytes = 64;

    /// <summary>The header bytes after it: the last 4 of the merkle root, ntime, nbits, nonce.</summary>
    public const int TailBytes = 16;

    /// <summary>The hash as Bitcoin compares it with a target.</summary>
    public static UInt256 Hash(in BlockHeader header) => Hash(header, header.Version, header.Nonce);

    /// <summary>The same, with another version and nonce than the header's: what chips roll.</summary>
    public static UInt256 Hash(in BlockHeader header, uint version, uint nonce)
    {
        // The words go straight into registers: 80 bytes written and read back at other widths would stall the core.
        var previous = header.PreviousHash;
        var root = header.MerkleRoot;
        var midstate = Sha256.Compress(
            Sha256.Initial,
            Words(version, First(previous.Low), Second(previous.Low), First(previous.MidLow)),
            Words(Second(previous.MidLow), First(previous.MidHigh), Second(previous.MidHigh), First(previous.High)),
            Words(Second(previous.High), First(root.Low), Second(root.Low), First(root.MidLow)),
            Words(Second(root.MidLow), First(root.MidHigh), Second(root.MidHigh), First(root.High)));
        return Finish(midstate, Words(Second(root.High), header.NTime, header.NBits, nonce));
    }

    /// <summary>A node of a merkle tree: the hash of two hashes, one after the other.</summary>
    public static UInt256 Hash(in UInt256 left, in UInt256 right)
    {
        var zero = Vector128<uint>.Zero;
        var whole = Sha256.Compress(
            Sha256.Initial,
            Words(First(left.Low), Second(left.Low), First(left.MidLow), Second(left.MidLow)),
            Words(First(left.MidHigh), Second(left.MidHigh), First(left.High), Second(left.High)),
            Words(First(right.Low), Second(right.Low), First(right.MidLow), Second(right.MidLow)),
            Words(First(right.MidHigh), Second(right.MidHigh), First(right.High), Second(right.High)));
        return Again(Sha256.Compress(whole, EndOfMessage, zero, zero, BitLength(2 * UInt256.Size)));
    }

    /// <summary>The state after the first 64 bytes of a header.</summary>
    public static Midstate Midstate(ReadOnlySpan<byte> first64)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(first64.Length, MidstateBytes);
        return Compress(Sha256.Initial, first64);
    }

    /// <summary>The hash of a whole header from its midstate and its last 16 bytes, the nonce among them.</summary>
    public static UInt256 FinishHeader(in Midstate midstate, ReadOnlySpan<byte> tail)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tail.Length, TailBytes);
        return Finish(midstate, Words(tail));
    }

    /// <summary>The same, with another nonce than the tail's.</summary>
    public static UInt256 FinishHeader(in Midstate midstate, ReadOnlySpan<byte> tail, uint nonce)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tail.Length, TailBytes);
        return Finish(midstate, Words(tail).WithElement(3, BinaryPrimitives.ReverseEndianness(nonce)));
    }

    /// <summary>
    /// Several at once, by the widest registers of this CPU: the hash of each midstate with the tail and its own nonce.
    /// For simulated chips, whose cores hash one nonce with many versions. <see cref="NonceScan"/> searches faster.
    /// </summary>
    /// <param name="tail">Common to all; the nonce in it does not matter.</param>
    /// <param name="nonces">One for each midstate.</param>
    /// <param name="hashes">As many as there are midstates.</param>
    public static void FinishHeaders(
        ReadOnlySpan<Midstate> midstates, ReadOnlySpan<byte> tail, ReadOnlySpan<uint> nonces, Span<UInt256> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tail.Length, TailBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonces.Length, midstates.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hashes.Length, midstates.Length);
        FinishHeaders(NonceScan.Inside, midstates, tail, nonces, hashes);
    }

    internal static void FinishHeaders(
        ScanPath path,
        ReadOnlySpan<Midstate> midstates,
        ReadOnlySpan<byte> tail,
        ReadOnlySpan<uint> nonces,
        Span<UInt256> hashes)
    {
        switch (path)
        {
            case ScanPath.Vector512:
                LaneHash<Vector512<uint>, Lanes16>.Run(midstates, tail, nonces, hashes);
                break;
            case ScanPath.Vector256:
                LaneHash<Vector256<uint>, Lanes8>.Run(midstates, tail, nonces, hashes);
                break;
            default:
                for (var i = 0; i < hashes.Length; i++)
                {
                    hashes[i] = FinishHeader(midstates[i], tail, nonces[i]);
                }

                break;
        }
    }

    /// <summary>One more block: the first 64 of the bytes.</summary>
    internal static Midstate Compress(in Midstate state, ReadOnlySpan<byte> block) =>
        Sha256.Compress(state, Words(block), Words(block[16..]), Words(block[32..]), Words(block[48..]));

    /// <summary>The second SHA-256, over the first one's result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static UInt256 Again(in Midstate first)
    {
        var hash = Sha256.Compress(Sha256.Initial, first.Abcd, first.Efgh, EndOfMessage, BitLength(UInt256.Size));
        var low = Reversed(hash.Abcd).AsUInt64();
        var high = Reversed(hash.Efgh).AsUInt64();
        return new UInt256(low[0], low[1], high[0], high[1]);
    }

    private static UInt256 Finish(in Midstate midstate, Vector128<uint> tail) =>
        Again(Sha256.Compress(midstate, tail, EndOfMessage, Vector128<uint>.Zero, BitLength(BlockHeader.Size)));

    /// <summary>The single bit that ends every message, and zeros (FIPS 180-4 §5.1.1).</summary>
    private static Vector128<uint> EndOfMessage => Vector128.Create(0x8000_0000u, 0, 0, 0);

    private static Vector128<uint> BitLength(uint bytes) => Vector128.Create(0, 0, 0, bytes * 8);

    /// <summary>SHA-256 reads its words most significant byte first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Words(ReadOnlySpan<byte> bytes) =>
        Reversed(Vector128.Create(bytes[..16]).AsUInt32());

    private static Vector128<uint> Words(uint first, uint second, uint third, uint fourth) =>
        Reversed(Vector128.Create(first, second, third, fourth));

    private static uint First(ulong words) => unchecked((uint)words);

    private static uint Second(ulong words) => (uint)(words >> 32);

    /// <summary>The four bytes of each word turned around, with shifts that every CPU has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Reversed(Vector128<uint> words)
    {
        var halves = words.AsUInt16();
        var swapped = ((halves << 8) | (halves >>> 8)).AsUInt32();
        return (swapped << 16) | (swapped >>> 16);
    }
}
