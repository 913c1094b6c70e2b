using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace Firmware.StratumV2.Noise;

/// <summary>Schnorr signatures with x-only keys. BIP340.</summary>
internal static class Schnorr
{
    public const int SignatureSize = 64;

    private const int Half = 32;

    public static bool Verify(ReadOnlySpan<byte> publicX, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var r = signature[..Half];
        if (Secp256k1.FieldExact(publicX) is not { } x
            || Secp256k1.YOf(x) is not { } y
            || Secp256k1.FieldExact(r) is not { } nonceX
            || new BigInteger(1, signature[Half..SignatureSize]) is var s && s.CompareTo(Secp256k1.Order) >= 0)
        {
            return false;
        }

        // s·G − e·P with P the point of even y.
        var e = Challenge(r, publicX, message);
        var factor = y.TestBitZero() ? e : Secp256k1.Order.Subtract(e);
        return Secp256k1.Sum(s, factor, x, y) is var (sumX, sumY) && !sumY.TestBitZero() && sumX.Equals(nonceX);
    }

    /// <param name="aux">32 random bytes.</param>
    public static void Sign(
        BigInteger secret, ReadOnlySpan<byte> message, ReadOnlySpan<byte> aux, Span<byte> signature)
    {
        var (x, y) = Secp256k1.PublicPoint(secret);
        var d = y.TestBitZero() ? Secp256k1.Order.Subtract(secret) : secret;
        Span<byte> publicX = stackalloc byte[Half];
        x.EncodeTo(publicX);

        Span<byte> masked = stackalloc byte[Half];
        Span<byte> hash = stackalloc byte[Half];
        Write(d, masked);
        Digest.Tagged("BIP0340/aux", hash, aux[..Half]);
        for (var i = 0; i < Half; i++)
        {
            masked[i] ^= hash[i];
        }

        Digest.Tagged("BIP0340/nonce", hash, masked, publicX, message);
        var k = new BigInteger(1, hash).Mod(Secp256k1.Order);
        var (nonceX, nonceY) = Secp256k1.PublicPoint(k);
        k = nonceY.TestBitZero() ? Secp256k1.Order.Subtract(k) : k;

        nonceX.EncodeTo(signature[..Half]);
        var e = Challenge(signature[..Half], publicX, message);
        Write(k.Add(e.Multiply(d)).Mod(Secp256k1.Order), signature[Half..SignatureSize]);
        CryptographicOperations.ZeroMemory(masked);
        CryptographicOperations.ZeroMemory(hash);
    }

    private static BigInteger Challenge(
        ReadOnlySpan<byte> nonceX, ReadOnlySpan<byte> publicX, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        Digest.Tagged("BIP0340/challenge", hash, nonceX, publicX, message);
        return new BigInteger(1, hash).Mod(Secp256k1.Order);
    }

    private static void Write(BigInteger value, Span<byte> bytes)
    {
        bytes.Clear();
        value.ToByteArrayUnsigned(bytes[^value.GetLengthofByteArrayUnsigned()..]);
    }
}
