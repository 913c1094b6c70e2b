using System.Buffers.Binary;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// The public key that signs the certificates of a pool's servers, as pools publish it. Spec 4.7. Equal by value.
/// </summary>
public sealed class AuthorityKey : IEquatable<AuthorityKey>
{
    // | version, U16 LE = 1 | x-only key, 32 | checksum, 4: the start of the double SHA-256 of what is before |
    private const int DecodedSize = 38;
    private const int KeyOffset = 2;
    private const int ChecksumOffset = 34;
    private const ushort KeyVersion = 1;

    /// <summary>No key is longer; keeps what a stranger's text can cost small.</summary>
    private const int TextMax = 64;

    private const string CopyAgain = "copy it again from the pool's page.";

    private readonly byte[] xOnly;

    /// <param name="xOnly">32 bytes, the x of a point on the curve.</param>
    /// <exception cref="ArgumentException">Not such an x.</exception>
    public AuthorityKey(ReadOnlySpan<byte> xOnly)
    {
        this.xOnly = IsOnCurve(xOnly)
            ? xOnly.ToArray()
            : throw new ArgumentException("An authority key is the 32-byte x of a point on secp256k1.", nameof(xOnly));
    }

    /// <param name="checkedXOnly">The x of a point on the curve, and this object's from now on.</param>
    private AuthorityKey(byte[] checkedXOnly) => xOnly = checkedXOnly;

    public ReadOnlySpan<byte> XOnly => xOnly;

    /// <exception cref="UsageException">No key; the sentence names what is wrong and the remedy.</exception>
    public static AuthorityKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var decoded = Decode(text);
        CheckDecoded(decoded);
        return new AuthorityKey(decoded[KeyOffset..ChecksumOffset]);
    }

    public bool Equals(AuthorityKey? other) => other is not null && XOnly.SequenceEqual(other.XOnly);

    public override bool Equals(object? obj) => Equals(obj as AuthorityKey);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(xOnly);

    /// <summary>As pools publish it: base58 with a checksum, 51 characters, the first a '9'.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[DecodedSize];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, KeyVersion);
        xOnly.CopyTo(bytes[KeyOffset..]);
        Span<byte> digest = stackalloc byte[Digest.Size];
        Checksum(bytes[..ChecksumOffset], digest);
        digest[..(DecodedSize - ChecksumOffset)].CopyTo(bytes[ChecksumOffset..]);
        return Base58.Encode(bytes);
    }

    private static byte[] Decode(string text)
    {
        if (text.Length is 0 or > TextMax)
        {
            throw new UsageException(text.Length == 0
                ? "the authority key is missing; the pool publishes it beside its address."
                : $"the authority key has {text.Length} characters instead of 51; {CopyAgain}");
        }

        return Base58.Decode(text, out var wrong) ?? throw new UsageException(
            $"the authority key holds {Shown(wrong)}, which is not of its alphabet; {CopyAgain}");
    }

    private static void CheckDecoded(byte[] decoded)
    {
        if (decoded.Length != DecodedSize)
        {
            throw new UsageException(
                $"the authority key has {decoded.Length} bytes instead of {DecodedSize}, so it was cut or grew; "
                + CopyAgain);
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        Checksum(decoded.AsSpan(0, ChecksumOffset), digest);
        if (!digest.StartsWith(decoded.AsSpan(ChecksumOffset)))
        {
            throw new UsageException($"the authority key's checksum is wrong, so a letter of it is; {CopyAgain}");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(decoded);
        if (version != KeyVersion)
        {
            throw new UsageException(
                $"the authority key is of kind {version} instead of {KeyVersion}, so it is for something else; take "
                + "the one for Stratum V2, which starts with '9'.");
        }

        if (!IsOnCurve(decoded.AsSpan(KeyOffset, Secp256k1.Size)))
        {
            throw new UsageException(
                "the authority key is no point of its curve, so nobody can sign with it; ask the pool for another.");
        }
    }

    private static void Checksum(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        Digest.Sha256(digest, bytes);
        Digest.Sha256(digest, digest);
    }

    private static bool IsOnCurve(ReadOnlySpan<byte> x) =>
        x.Length == Secp256k1.Size && Secp256k1.FieldExact(x) is { } field && Secp256k1.YOf(field) is not null;

    private static string Shown(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) ? $"U+{(int)letter:X4}" : $"'{letter}'";
}
