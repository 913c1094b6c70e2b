using System.Runtime.CompilerServices;
using System.Text;
using NSec.Cryptography;
using static System.Security.Cryptography.CryptographicOperations;

namespace Firmware.StratumV2.Noise;

/// <summary>SHA-256 and what Noise, BIP324 and BIP340 build from it. Digests are 32 bytes.</summary>
internal static class Digest
{
    public const int Size = 32;

    private const int BlockSize = 64;

    /// <summary>SHA-256 of the parts, one after the other. A part may be the digest's own span.</summary>
    public static void Sha256(
        Span<byte> digest,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default,
        ReadOnlySpan<byte> third = default)
    {
        IncrementalHash.Initialize(HashAlgorithm.Sha256, out var hash);
        IncrementalHash.Update(ref hash, first);
        IncrementalHash.Update(ref hash, second);
        IncrementalHash.Update(ref hash, third);
        IncrementalHash.Finalize(ref hash, digest);
    }

    /// <summary>The tagged hash of BIP340: the tag's digest twice, then the parts.</summary>
    [SkipLocalsInit]
    public static void Tagged(
        string tag,
        Span<byte> digest,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default,
        ReadOnlySpan<byte> third = default)
    {
        Span<byte> prefix = stackalloc byte[2 * Size];
        TagPrefix(tag, prefix);
        IncrementalHash.Initialize(HashAlgorithm.Sha256, out var hash);
        IncrementalHash.Update(ref hash, prefix);
        IncrementalHash.Update(ref hash, first);
        IncrementalHash.Update(ref hash, second);
        IncrementalHash.Update(ref hash, third);
        IncrementalHash.Finalize(ref hash, digest);
    }

    /// <summary>The 64 bytes that stand before a tagged hash's own content.</summary>
    public static void TagPrefix(string tag, Span<byte> prefix)
    {
        Sha256(prefix[..Size], Encoding.ASCII.GetBytes(tag));
        prefix[..Size].CopyTo(prefix[Size..]);
    }

    /// <summary>HMAC-SHA256 with a key of at most 64 bytes, over the parts one after the other.</summary>
    public static void Hmac(
        Span<byte> mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        Span<byte> inner = stackalloc byte[BlockSize];
        Span<byte> outer = stackalloc byte[BlockSize];
        inner.Clear();
        key.CopyTo(inner);
        inner.CopyTo(outer);
        for (var i = 0; i < BlockSize; i++)
        {
            inner[i] ^= 0x36;
            outer[i] ^= 0x5C;
        }

        Sha256(mac[..Size], inner, first, second);
        Sha256(mac[..Size], outer, mac[..Size]);
        ZeroMemory(inner);
        ZeroMemory(outer);
    }

    /// <summary>
    /// The HKDF of Noise with two outputs: the chaining key becomes the first, the second goes to
    /// <paramref name="second"/>. (NSec's own refuses the empty input of the last step.)
    /// </summary>
    public static void Hkdf2(Span<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> second)
    {
        Span<byte> extracted = stackalloc byte[Size];
        Hmac(extracted, chainingKey, input);
        Hmac(chainingKey, extracted, [1]);
        Hmac(second, extracted, chainingKey, [2]);
        ZeroMemory(extracted);
    }
}
