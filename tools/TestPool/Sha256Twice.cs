using Drivers.Hashing;
using NSec.Cryptography;

namespace TestPool;

/// <summary>
/// Bitcoin's hash from a library, not from the product: a mistake in the product's own SHA-256 must not be able to
/// agree with itself here.
/// </summary>
internal static class Sha256Twice
{
    public static UInt256 Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> once = stackalloc byte[UInt256.Size];
        Span<byte> twice = stackalloc byte[UInt256.Size];
        HashAlgorithm.Sha256.Hash(bytes, once);
        HashAlgorithm.Sha256.Hash(once, twice);
        return UInt256.Read(twice);
    }

    public static UInt256 Hash(in BlockHeader header)
    {
        Span<byte> bytes = stackalloc byte[BlockHeader.Size];
        header.Write(bytes);
        return Hash(bytes);
    }
}
