using System.Security.Cryptography;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// The miner's side of the handshake: sends <see cref="Act1"/>, receives act 2, and knows then that it speaks with a
/// server of the pool. One object a connection. Spec 4.5.
/// </summary>
public sealed class NoiseInitiator : IDisposable
{
    public const int Act1Size = Noise.EllSwift.Size;

    /// <summary>Read exactly so many bytes: the next belongs to the first frame.</summary>
    public const int Act2Size = 234;

    // | ephemeral key, 64 | static key, 64 + tag | certificate, 74 + tag |
    private const int StaticOffset = 64;
    private const int CertificateOffset = 144;

    private readonly IReadOnlyList<AuthorityKey> accepted;
    private readonly TimeSpan leeway;
    private readonly KeyPair ephemeral;
    private readonly SymmetricState state = new();
    private bool used;

    /// <param name="accepted">The keys that may have signed the server's certificate; at least one.</param>
    /// <param name="leeway">How far apart clocks may be; none means <see cref="Certificate.DefaultLeeway"/>.</param>
    /// <param name="ephemeral">A fixed key, for test vectors only; this object disposes it.</param>
    public NoiseInitiator(IReadOnlyList<AuthorityKey> accepted, TimeSpan? leeway = null, KeyPair? ephemeral = null)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        ArgumentOutOfRangeException.ThrowIfZero(accepted.Count, nameof(accepted));
        this.accepted = accepted;
        this.leeway = leeway ?? Certificate.DefaultLeeway;
        this.ephemeral = ephemeral ?? KeyPair.Generate();
        state.MixHash(Act1);
        state.MixHash([]); // act 1's empty payload
    }

    /// <summary>The 64 bytes that open the connection; nothing else is sent before act 2 has come.</summary>
    public ReadOnlySpan<byte> Act1 => ephemeral.EllSwift;

    /// <summary>Judges the server's answer. The keys of the handshake are wiped, whatever comes of it.</summary>
    /// <param name="act2">Exactly <see cref="Act2Size"/> bytes.</param>
    /// <exception cref="NoiseException">Not the pool: close, and never fall back to plain text.</exception>
    public NoiseSession ReceiveAct2(ReadOnlySpan<byte> act2, ClockView clock)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(act2.Length, Act2Size, nameof(act2));
        ObjectDisposedException.ThrowIf(used, this);
        used = true;
        try
        {
            Span<byte> server = stackalloc byte[Secp256k1.Size];
            var certificate = ReadCertificate(act2, server);
            var authority = certificate.CheckSignature(server, accepted);
            if (clock.Trusted)
            {
                certificate.CheckTime(clock.UnixSeconds, leeway);
            }

            var (sending, receiving) = state.Split();
            return new NoiseSession(sending, receiving, certificate, authority, leeway, !clock.Trusted);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>
    /// What to tell people when the peer closed, or let its time run out, before act 2 was whole.
    /// </summary>
    /// <param name="received">What came so far, less than <see cref="Act2Size"/> bytes.</param>
    public static NoiseException Unfinished(ReadOnlySpan<byte> received) =>
        ForeignProtocol.Recognise(received) is { } sentence
            ? new NoiseException(NoiseFault.OtherProtocol, sentence)
            : new NoiseException(NoiseFault.Unfinished, received.IsEmpty
                ? "The server did not answer the handshake: check that host and port are those of a Stratum V2 pool."
                : $"The server's handshake ended after {received.Length} of {Act2Size} bytes: check that host and port "
                + "are those of a Stratum V2 pool.");

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        used = true;
        ephemeral.Dispose();
        state.Dispose();
    }

    /// <param name="server">Gets the server's static key, x-only.</param>
    private Certificate ReadCertificate(ReadOnlySpan<byte> act2, Span<byte> server)
    {
        Span<byte> staticKey = stackalloc byte[Noise.EllSwift.Size];
        Span<byte> certificate = stackalloc byte[Certificate.Size];
        try
        {
            state.MixHash(act2[..StaticOffset]);
            MixAgreement(act2[..StaticOffset]);
            state.DecryptAndHash(act2[StaticOffset..CertificateOffset], staticKey);
            MixAgreement(staticKey);
            state.DecryptAndHash(act2[CertificateOffset..], certificate);
        }
        catch (NoiseException)
        {
            throw ForeignProtocol.Recognise(act2) is { } sentence
                ? new NoiseException(NoiseFault.OtherProtocol, sentence)
                : new NoiseException(
                    NoiseFault.Handshake,
                    "The server's handshake is damaged, or none at all: check that host and port are those of a "
                    + "Stratum V2 pool.");
        }

        Noise.EllSwift.Decode(staticKey).EncodeTo(server);
        return Certificate.Read(certificate);
    }

    private void MixAgreement(ReadOnlySpan<byte> theirs)
    {
        Span<byte> shared = stackalloc byte[Digest.Size];
        Noise.EllSwift.Agree(ephemeral.Scalar, theirs, initiator: Act1, responder: theirs, shared);
        state.MixKey(shared);
        CryptographicOperations.ZeroMemory(shared);
    }
}
