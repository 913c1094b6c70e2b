using System.Security.Cryptography;

namespace Firmware.StratumV2.Noise;

/// <summary>The pool's side of the handshake. One object a connection. Spec 4.5.</summary>
public sealed class NoiseResponder : IDisposable
{
    public const int Act1Size = NoiseInitiator.Act1Size;
    public const int Act2Size = NoiseInitiator.Act2Size;

    private const int StaticOffset = 64;
    private const int CertificateOffset = 144;

    private readonly KeyPair staticKey;
    private readonly Certificate certificate;
    private readonly KeyPair ephemeral;
    private readonly SymmetricState state = new();
    private bool used;

    /// <param name="staticKey">The server's key; stays the caller's.</param>
    /// <param name="certificate">For that key; sent as it is, even where it is wrong.</param>
    /// <param name="ephemeral">A fixed key, for test vectors only; this object disposes it.</param>
    public NoiseResponder(KeyPair staticKey, Certificate certificate, KeyPair? ephemeral = null)
    {
        ArgumentNullException.ThrowIfNull(staticKey);
        ArgumentNullException.ThrowIfNull(certificate);
        this.staticKey = staticKey;
        this.certificate = certificate;
        this.ephemeral = ephemeral ?? KeyPair.Generate();
    }

    /// <summary>Answers act 1. Every 64 bytes are somebody's key, so this cannot fail.</summary>
    /// <param name="act1">Exactly <see cref="Act1Size"/> bytes.</param>
    /// <param name="act2">Gets <see cref="Act2Size"/> bytes to send, before any frame.</param>
    public NoiseSession ReceiveAct1(ReadOnlySpan<byte> act1, Span<byte> act2)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(act1.Length, Act1Size, nameof(act1));
        ObjectDisposedException.ThrowIf(used, this);
        used = true;
        state.MixHash(act1);
        state.MixHash([]); // act 1's empty payload

        ephemeral.EllSwift.CopyTo(act2);
        state.MixHash(ephemeral.EllSwift);
        MixAgreement(ephemeral, act1);
        state.EncryptAndHash(staticKey.EllSwift, act2[StaticOffset..CertificateOffset]);
        MixAgreement(staticKey, act1);
        state.EncryptAndHash(certificate.Bytes, act2[CertificateOffset..Act2Size]);

        var (receiving, sending) = state.Split();
        Dispose();
        return new NoiseSession(sending, receiving, certificate, authority: null, default, timeUnverified: false);
    }

    /// <summary>Wipes the handshake's keys; the static key stays.</summary>
    public void Dispose()
    {
        used = true;
        ephemeral.Dispose();
        state.Dispose();
    }

    private void MixAgreement(KeyPair ours, ReadOnlySpan<byte> act1)
    {
        Span<byte> shared = stackalloc byte[Digest.Size];
        EllSwift.Agree(ours.Scalar, theirs: act1, initiator: act1, responder: ours.EllSwift, shared);
        state.MixKey(shared);
        CryptographicOperations.ZeroMemory(shared);
    }
}
