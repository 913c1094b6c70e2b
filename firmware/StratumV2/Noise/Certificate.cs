using System.Buffers.Binary;
using System.Globalization;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// The authority's word that a server's static key is the pool's, for a span of time: SIGNATURE_NOISE_MESSAGE,
/// spec 4.5.3.
/// </summary>
public sealed class Certificate
{
    // | version, U16 | valid_from, U32 | not_valid_after, U32 | signature, 64 |    integers LE, times in Unix seconds
    public const int Size = 74;

    private const int ValidFromOffset = 2;
    private const int NotValidAfterOffset = 6;
    private const int SignatureOffset = 10;

    /// <summary>Pools sign at the moment of the connection, so two good clocks need some room.</summary>
    public static readonly TimeSpan DefaultLeeway = TimeSpan.FromSeconds(10);

    private readonly byte[] bytes;

    private Certificate(byte[] bytes) => this.bytes = bytes;

    public ushort Version => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint ValidFrom => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ValidFromOffset));

    public uint NotValidAfter => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(NotValidAfterOffset));

    /// <summary>As it travels, <see cref="Size"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <param name="bytes">At least <see cref="Size"/>; nothing is checked yet.</param>
    public static Certificate Read(ReadOnlySpan<byte> bytes) => new(bytes[..Size].ToArray());

    /// <summary>Signs a server's static key. Judges nothing, so that a test pool can make bad ones.</summary>
    /// <param name="server">The server's static key, x-only.</param>
    /// <param name="aux">32 bytes that randomise the signature; none takes them from the kernel.</param>
    public static Certificate Issue(
        KeyPair authority,
        ReadOnlySpan<byte> server,
        uint validFrom,
        uint notValidAfter,
        ushort version = 0,
        ReadOnlySpan<byte> aux = default)
    {
        ArgumentNullException.ThrowIfNull(authority);
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ValidFromOffset), validFrom);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(NotValidAfterOffset), notValidAfter);

        Span<byte> randomness = stackalloc byte[32];
        if (aux.IsEmpty)
        {
            Entropy.Fill(randomness);
        }
        else
        {
            aux.CopyTo(randomness);
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        var certificate = new Certificate(bytes);
        certificate.SignedDigest(server, digest);
        Schnorr.Sign(authority.Scalar, digest, randomness, bytes.AsSpan(SignatureOffset));
        return certificate;
    }

    /// <summary>Checks everything but the time: version, order of the times, signature.</summary>
    /// <param name="server">The static key that the server proved to have, x-only.</param>
    /// <param name="accepted">One of these must have signed.</param>
    /// <returns>The one that signed.</returns>
    /// <exception cref="NoiseException">With a fault of its own for each way to be wrong.</exception>
    public AuthorityKey CheckSignature(ReadOnlySpan<byte> server, IReadOnlyList<AuthorityKey> accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        if (Version != 0)
        {
            throw new NoiseException(
                NoiseFault.CertificateVersion,
                $"The pool's certificate is of version {Version} and we know only 0: a newer firmware may help.");
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        SignedDigest(server, digest);
        var signer = Signer(digest, accepted) ?? throw new NoiseException(
            NoiseFault.WrongAuthority,
            "The server's certificate is not signed by the configured authority key: check the key in the pool's "
            + "address, and if it is right, somebody stands between you and the pool.");
        return ValidFrom <= NotValidAfter ? signer : throw new NoiseException(
            NoiseFault.CertificateWindowReversed,
            "The pool's certificate ends before it begins: only the pool can mend that.");
    }

    /// <summary>Checks that now is inside the certificate's span of time, by a clock that is to be trusted.</summary>
    /// <exception cref="NoiseException">Not yet valid, or expired.</exception>
    public void CheckTime(long unixSeconds, TimeSpan leeway)
    {
        var slack = (long)leeway.TotalSeconds;
        if (unixSeconds < ValidFrom - slack)
        {
            throw new NoiseException(
                NoiseFault.CertificateNotYetValid,
                $"The pool's certificate is valid from {Text(ValidFrom)} and it is {Text(unixSeconds)} here: check "
                + "this device's clock.");
        }

        if (unixSeconds > NotValidAfter + slack)
        {
            throw new NoiseException(
                NoiseFault.CertificateExpired,
                $"The pool's certificate expired at {Text(NotValidAfter)} and it is {Text(unixSeconds)} here: check "
                + "this device's clock, or let the pool renew it.");
        }
    }

    private AuthorityKey? Signer(ReadOnlySpan<byte> digest, IReadOnlyList<AuthorityKey> accepted)
    {
        foreach (var key in accepted)
        {
            if (Schnorr.Verify(key.XOnly, digest, bytes.AsSpan(SignatureOffset)))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>What is signed: the digest of version, times and the server's x-only key.</summary>
    private void SignedDigest(ReadOnlySpan<byte> server, Span<byte> digest) =>
        Digest.Sha256(digest, bytes.AsSpan(0, SignatureOffset), server[..Secp256k1.Size]);

    private static string Text(long unixSeconds) =>
        unixSeconds is >= 0 and <= uint.MaxValue + 1L
            ? DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("u", CultureInfo.InvariantCulture)
            : $"second {unixSeconds}";
}
