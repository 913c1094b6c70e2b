using System.Buffers.Binary;

namespace Drivers.Hashing;

/// <summary>The 80 bytes that miners hash. Field order and byte order are Bitcoin's (SV2 reference §4.3).</summary>
public readonly record struct BlockHeader
{
    public const int Size = 80;

    public uint Version { get; init; }

    /// <summary>As received: the raw double-SHA256 output, not reversed.</summary>
    public UInt256 PreviousHash { get; init; }

    public UInt256 MerkleRoot { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public uint NTime { get; init; }

    /// <summary>The network target in compact form.</summary>
    public uint NBits { get; init; }

    public uint Nonce { get; init; }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Version);
        PreviousHash.Write(bytes[4..]);
        MerkleRoot.Write(bytes[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[68..], NTime);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[72..], NBits);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[76..], Nonce);
    }

    /// <summary>The double SHA-256 of the 80 bytes, as Bitcoin compares it with a target.</summary>
    public UInt256 Hash() => Sha256d.Hash(this);

    public static BlockHeader Read(ReadOnlySpan<byte> bytes) => new()
    {
        Version = BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        PreviousHash = UInt256.Read(bytes[4..]),
        MerkleRoot = UInt256.Read(bytes[36..]),
        NTime = BinaryPrimitives.ReadUInt32LittleEndian(bytes[68..]),
        NBits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[72..]),
        Nonce = BinaryPrimitives.ReadUInt32LittleEndian(bytes[76..]),
    };
}
