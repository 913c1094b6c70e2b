using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace Firmware.StratumV2.Noise;

/// <summary>A secret key with its public key in both forms. Ephemeral, static or authority key alike.</summary>
public sealed class KeyPair : IDisposable
{
    public const int SecretSize = 32;

    private readonly byte[] secret;
    private readonly byte[] ellSwift = new byte[Noise.EllSwift.Size];
    private readonly byte[] xOnly = new byte[Secp256k1.Size];
    private bool disposed;

    /// <param name="secret">32 bytes, big-endian, neither 0 nor the group's order or above.</param>
    /// <param name="ellSwift">An encoding of the public key that is in use already; none makes a fresh one.</param>
    /// <exception cref="ArgumentException">No secret, or the encoding belongs to another key.</exception>
    public KeyPair(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> ellSwift = default)
    {
        this.secret = secret.Length == SecretSize
            ? secret.ToArray()
            : throw new ArgumentException("A secret key is 32 bytes long.", nameof(secret));
        var (x, y) = Secp256k1.PublicPoint(Scalar);
        x.EncodeTo(xOnly);
        if (ellSwift.IsEmpty)
        {
            Span<byte> aux = stackalloc byte[32];
            Entropy.Fill(aux);
            Noise.EllSwift.Create(secret, x, y, aux, this.ellSwift);
        }
        else if (Noise.EllSwift.Decode(ellSwift).Equals(x))
        {
            ellSwift.CopyTo(this.ellSwift);
        }
        else
        {
            throw new ArgumentException("The encoding belongs to another key.", nameof(ellSwift));
        }
    }

    private KeyPair(KeyPair other)
    {
        ObjectDisposedException.ThrowIf(other.disposed, other);
        secret = [.. other.secret];
        other.ellSwift.CopyTo(ellSwift, 0);
        other.xOnly.CopyTo(xOnly, 0);
    }

    /// <summary>The public key as it travels in the handshake, 64 bytes.</summary>
    public ReadOnlySpan<byte> EllSwift => ellSwift;

    /// <summary>The public key as certificates and authority keys name it, 32 bytes.</summary>
    public ReadOnlySpan<byte> XOnly => xOnly;

    /// <summary>What others are told to trust, if this signs certificates.</summary>
    public AuthorityKey Authority => new(xOnly);

    internal BigInteger Scalar
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return Secp256k1.Scalar(secret)
                ?? throw new ArgumentException("0 and what is beyond the group's order are no secrets.");
        }
    }

    /// <summary>A fresh one from the kernel's randomness.</summary>
    public static KeyPair Generate()
    {
        Span<byte> secret = stackalloc byte[SecretSize];
        do
        {
            Entropy.Fill(secret);
        }
        while (Secp256k1.Scalar(secret) is null);

        var pair = new KeyPair(secret);
        CryptographicOperations.ZeroMemory(secret);
        return pair;
    }

    /// <summary>The same pair once more, to be disposed for itself. Costs no arithmetic on the curve.</summary>
    public KeyPair Copy() => new(this);

    /// <summary>Wipes the secret; the public key stays readable.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(secret);
    }
}
