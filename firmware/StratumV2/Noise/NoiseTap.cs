using System.Security.Cryptography;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// Reads along: one side's secrets and the handshake as it was on the wire give the ciphers of both directions. For
/// people who debug pools of their own; a session of a miner keeps no secret that could be given here.
/// </summary>
public sealed class NoiseTap : IDisposable
{
    private const int StaticOffset = 64;
    private const int CertificateOffset = 144;

    private NoiseTap(CipherState toServer, CipherState toClient, byte[] server, Certificate certificate)
    {
        ToServer = toServer;
        ToClient = toClient;
        Server = server;
        Certificate = certificate;
    }

    /// <summary>Opens what the client sealed.</summary>
    public CipherState ToServer { get; }

    /// <summary>Opens what the server sealed.</summary>
    public CipherState ToClient { get; }

    /// <summary>The server's static key, x-only.</summary>
    public ReadOnlyMemory<byte> Server { get; }

    /// <summary>As the server sent it; nobody has checked it.</summary>
    public Certificate Certificate { get; }

    /// <summary>With the client's ephemeral secret, which alone is enough.</summary>
    /// <exception cref="ArgumentException">No secret, or not that of this act 1.</exception>
    /// <exception cref="NoiseException">The act 2 is no answer to this act 1.</exception>
    public static NoiseTap OfClient(ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> act1, ReadOnlySpan<byte> act2)
    {
        using var client = new KeyPair(ephemeral, act1);
        return Follow(act1, act2, ephemeral: client, staticKey: null);
    }

    /// <summary>With the server's secrets: the static one too, for the second agreement is made with it.</summary>
    /// <exception cref="ArgumentException">No secrets, or the ephemeral one is not that of this act 2.</exception>
    /// <exception cref="NoiseException">The act 2 is no answer to this act 1, or of another static key.</exception>
    public static NoiseTap OfServer(
        ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> staticSecret, ReadOnlySpan<byte> act1, ReadOnlySpan<byte> act2)
    {
        using var server = new KeyPair(ephemeral, act2[..StaticOffset]);
        using var known = new KeyPair(staticSecret);
        return Follow(act1, act2, ephemeral: server, staticKey: known);
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        ToServer.Dispose();
        ToClient.Dispose();
    }

    /// <param name="staticKey">Null on the client's side.</param>
    private static NoiseTap Follow(
        ReadOnlySpan<byte> act1, ReadOnlySpan<byte> act2, KeyPair ephemeral, KeyPair? staticKey)
    {
        Span<byte> sent = stackalloc byte[EllSwift.Size];
        Span<byte> certificate = stackalloc byte[Certificate.Size];
        using var state = new SymmetricState();
        state.MixHash(act1);
        state.MixHash([]); // act 1's empty payload

        var responder = act2[..StaticOffset];
        state.MixHash(responder);
        Mix(state, ephemeral, theirs: staticKey is null ? responder : act1, act1, responder);
        state.DecryptAndHash(act2[StaticOffset..CertificateOffset], sent);
        Mix(state, staticKey ?? ephemeral, theirs: staticKey is null ? sent : act1, act1, sent);
        state.DecryptAndHash(act2[CertificateOffset..], certificate);

        var (toServer, toClient) = state.Split();
        return new(toServer, toClient, EllSwift.Decode(sent).GetEncoded(), Certificate.Read(certificate));
    }

    private static void Mix(
        SymmetricState state, KeyPair ours, ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> act1, ReadOnlySpan<byte> last)
    {
        Span<byte> shared = stackalloc byte[Digest.Size];
        EllSwift.Agree(ours.Scalar, theirs, initiator: act1, responder: last, shared);
        state.MixKey(shared);
        CryptographicOperations.ZeroMemory(shared);
    }
}
