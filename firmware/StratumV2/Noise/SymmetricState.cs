using System.Security.Cryptography;
using System.Text;

namespace Firmware.StratumV2.Noise;

/// <summary>The running state of a handshake: what was said so far, and the keys made of it. Spec 4.4.</summary>
internal sealed class SymmetricState : IDisposable
{
    private const string ProtocolName = "Noise_NX_Secp256k1+EllSwift_ChaChaPoly_SHA256";

    private readonly byte[] chainingKey = new byte[Digest.Size];
    private readonly byte[] hash = new byte[Digest.Size];
    private CipherState? cipher;

    public SymmetricState()
    {
        // The name is longer than a digest, so it is hashed; then comes the empty prologue.
        Digest.Sha256(chainingKey, Encoding.ASCII.GetBytes(ProtocolName));
        chainingKey.CopyTo(hash, 0);
        MixHash([]);
    }

    /// <summary>Of all that was said.</summary>
    public ReadOnlySpan<byte> Hash => hash;

    public ReadOnlySpan<byte> ChainingKey => chainingKey;

    public void MixHash(ReadOnlySpan<byte> said) => Digest.Sha256(hash, hash, said);

    /// <summary>A key agreement's result goes into the chain; the cipher starts again at count 0.</summary>
    public void MixKey(ReadOnlySpan<byte> shared)
    {
        Span<byte> key = stackalloc byte[CipherState.KeySize];
        Digest.Hkdf2(chainingKey, shared, key);
        cipher?.Dispose();
        cipher = new CipherState(key);
        CryptographicOperations.ZeroMemory(key);
    }

    public void EncryptAndHash(ReadOnlySpan<byte> plain, Span<byte> sealedBytes)
    {
        cipher!.Seal(plain, sealedBytes, hash);
        MixHash(sealedBytes);
    }

    /// <exception cref="NoiseException">The tag is wrong.</exception>
    public void DecryptAndHash(ReadOnlySpan<byte> sealedBytes, Span<byte> plain)
    {
        cipher!.Open(sealedBytes, plain, hash);
        MixHash(sealedBytes);
    }

    /// <summary>The end of the handshake: one key for each direction.</summary>
    public (CipherState FromInitiator, CipherState FromResponder) Split()
    {
        Span<byte> second = stackalloc byte[CipherState.KeySize];
        Digest.Hkdf2(chainingKey, [], second);
        var states = (new CipherState(chainingKey), new CipherState(second));
        CryptographicOperations.ZeroMemory(second);
        return states;
    }

    public void Dispose()
    {
        cipher?.Dispose();
        CryptographicOperations.ZeroMemory(chainingKey);
        CryptographicOperations.ZeroMemory(hash);
    }
}
