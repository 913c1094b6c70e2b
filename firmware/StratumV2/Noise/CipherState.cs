using System.Buffers.Binary;
using NSec.Cryptography;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// One direction of the cipher: ChaCha20-Poly1305 under one key, with a counter as nonce. Spec 4.3 and 4.6.
/// Allocates nothing. Not thread-safe: a frame's parts take consecutive counts, so one lock covers the whole frame.
/// </summary>
public sealed class CipherState : IDisposable
{
    public const int KeySize = 32;
    public const int TagSize = 16;

    // | 0 | counter, U64 LE |
    private const int NonceSize = 12;
    private const int CounterOffset = 4;

    private static readonly ChaCha20Poly1305 Aead = AeadAlgorithm.ChaCha20Poly1305;

    private readonly Key key;
    private readonly byte[] nonce = new byte[NonceSize];
    private bool broken;

    public CipherState(ReadOnlySpan<byte> key)
        : this(key, counter: 0)
    {
    }

    internal CipherState(ReadOnlySpan<byte> key, ulong counter)
    {
        this.key = Key.Import(Aead, key, KeyBlobFormat.RawSymmetricKey);
        Counter = counter;
    }

    /// <summary>How many messages were sealed or opened.</summary>
    public ulong Counter { get; private set; }

    /// <summary>Encrypts and tags.</summary>
    /// <param name="plain">May be the start of <paramref name="sealedBytes"/>.</param>
    /// <param name="sealedBytes">Exactly <see cref="TagSize"/> bytes longer than <paramref name="plain"/>.</param>
    /// <param name="associated">Tagged with it, not sent.</param>
    /// <exception cref="NoiseException">The counter is used up.</exception>
    public void Seal(ReadOnlySpan<byte> plain, Span<byte> sealedBytes, ReadOnlySpan<byte> associated = default)
    {
        WriteNonce();
        Aead.Encrypt(key, nonce, associated, plain, sealedBytes);
        Counter++;
    }

    /// <summary>Checks the tag and decrypts. After a failure this object opens nothing any more.</summary>
    /// <param name="sealedBytes">Text and tag.</param>
    /// <param name="plain">
    /// Exactly <see cref="TagSize"/> bytes shorter; may be the start of <paramref name="sealedBytes"/>.
    /// </param>
    /// <param name="associated">What the sender tagged with it.</param>
    /// <exception cref="NoiseException">The tag is wrong, or the counter is used up.</exception>
    public void Open(ReadOnlySpan<byte> sealedBytes, Span<byte> plain, ReadOnlySpan<byte> associated = default)
    {
        WriteNonce();
        if (broken || !Aead.Decrypt(key, nonce, associated, sealedBytes, plain))
        {
            broken = true;
            throw new NoiseException(
                NoiseFault.Frame, "The peer's data fails its integrity check: it was changed or lost on its way.");
        }

        Counter++;
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => key.Dispose();

    private void WriteNonce()
    {
        // The last count is reserved by Noise.
        if (Counter == ulong.MaxValue)
        {
            throw new NoiseException(
                NoiseFault.CounterExhausted, "The session's key is used up: a new connection has a new one.");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(nonce.AsSpan(CounterOffset), Counter);
    }
}
