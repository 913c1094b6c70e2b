using System.Buffers.Binary;
using Drivers.Hashing;

namespace TestPool;

/// <summary>
/// A coinbase transaction around the hole that the extranonce fills, as a miner of an extended channel gets it: without
/// BIP141's marker, flag and witness.
/// </summary>
public sealed record Coinbase(byte[] Prefix, byte[] Suffix)
{
    private const int VersionSize = 4;
    private const int LockTimeSize = 4;
    private const int HeightPushSize = 4;
    private const ulong Satoshis = 312_500_000 + 1_234_567; // Subsidy and fees.

    private static ReadOnlySpan<byte> Tag => "sv2 test pool"u8;

    /// <summary>
    /// A transaction as a block of that height would have it: height, tag, payment, witness commitment.
    /// </summary>
    /// <param name="seed">Of the script that is paid and of the commitment.</param>
    /// <param name="extranonceSize">Bytes of the hole: the pool's prefix and what the miner rolls.</param>
    public static Coinbase Make(ulong seed, uint height, int extranonceSize)
    {
        // | version | 1 input | 32 zeros, ffffffff | script's length | push height | push tag | push extranonce |
        var scriptSize = HeightPushSize + 1 + Tag.Length + 1 + extranonceSize;
        byte[] prefix =
        [
            2, 0, 0, 0, 1, .. new byte[UInt256.Size], 0xFF, 0xFF, 0xFF, 0xFF, checked((byte)scriptSize),
            3, (byte)(height & 0xFF), (byte)(height >> 8 & 0xFF), (byte)(height >> 16 & 0xFF),
            (byte)Tag.Length, .. Tag, (byte)extranonceSize,
        ];

        // | sequence | 2 outputs | value, script | 0, commitment | locktime |
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Satoshis);
        var script = PayoutScript(seed);
        byte[] suffix =
        [
            0xFF, 0xFF, 0xFF, 0xFF, 2,
            .. value, (byte)script.Length, .. script,
            .. new byte[8], 38, 0x6A, 0x24, 0xAA, 0x21, 0xA9, 0xED, .. Bytes(seed, height),
            .. new byte[LockTimeSize],
        ];
        return new Coinbase(prefix, suffix);
    }

    /// <summary>What every coinbase of that seed pays to: a witness key hash.</summary>
    public static byte[] PayoutScript(ulong seed) => [0, 20, .. Bytes(seed, 0)[..20]];

    /// <summary>The same in the form that travels between nodes, as older pools sent it (SV2 reference, D8).</summary>
    public Coinbase WithWitness() => new(
        [.. Prefix[..VersionSize], 0, 1, .. Prefix[VersionSize..]],
        [.. Suffix[..^LockTimeSize], 1, 32, .. new byte[UInt256.Size], .. Suffix[^LockTimeSize..]]);

    /// <param name="extranonce">All of it, the pool's prefix first.</param>
    public UInt256 TransactionId(ReadOnlySpan<byte> extranonce) =>
        Sha256Twice.Hash([.. Prefix, .. extranonce, .. Suffix]);

    private static byte[] Bytes(ulong seed, uint height)
    {
        Span<byte> origin = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(origin, seed);
        BinaryPrimitives.WriteUInt32LittleEndian(origin[8..], height);
        BinaryPrimitives.WriteUInt32LittleEndian(origin[12..], 0xC01B_A5E0);
        var bytes = new byte[UInt256.Size];
        Sha256Twice.Hash(origin).Write(bytes);
        return bytes;
    }
}

/// <summary>
/// What the merkle root of a job for an extended channel follows from, as it was when the job was sent.
/// </summary>
/// <param name="Path">The hashes beside the coinbase's way up; none where there is no other transaction.</param>
/// <param name="Size">So many bytes the miner rolls, behind the prefix.</param>
public sealed record ExtendedRoot(Coinbase Coinbase, UInt256[] Path, byte[] ExtranoncePrefix, int Size)
{
    public UInt256 With(ReadOnlySpan<byte> extranonce)
    {
        var root = Coinbase.TransactionId([.. ExtranoncePrefix, .. extranonce]);
        Span<byte> pair = stackalloc byte[2 * UInt256.Size];
        foreach (var beside in Path)
        {
            root.Write(pair);
            beside.Write(pair[UInt256.Size..]);
            root = Sha256Twice.Hash(pair);
        }

        return root;
    }
}
