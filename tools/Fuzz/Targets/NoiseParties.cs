using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>
/// Both sides of a handshake with keys that are always the same, so that an input always takes the same way: each
/// scalar is one byte repeated, as in SV2 reference §3.5. What does not depend on the input is calculated once.
/// </summary>
internal static class NoiseParties
{
    public static readonly ClockView Clock = new(1_767_300_000, Trusted: true);

    private static readonly KeyPair Authority = Pair(0x44);
    private static readonly KeyPair Server = Pair(0x33);
    private static readonly KeyPair ClientEphemeral = Pair(0x11);
    private static readonly KeyPair ServerEphemeral = Pair(0x22);
    private static readonly byte[] ToServer = Filled(0x55);
    private static readonly byte[] ToClient = Filled(0x66);

    /// <summary>What the client trusts.</summary>
    public static readonly AuthorityKey[] Accepted = [Authority.Authority];

    /// <summary>Good for all of 2026.</summary>
    public static readonly Certificate Honest =
        Certificate.Issue(Authority, Server.XOnly, 1_767_225_600, 1_798_761_600, aux: new byte[32]);

    /// <summary>What the honest pool answers to the client's act 1.</summary>
    public static readonly byte[] HonestAct2 = Act2Of(Honest);

    public static NoiseInitiator Client() => new(Accepted, ephemeral: ClientEphemeral.Copy());

    public static NoiseResponder Pool(Certificate certificate) => new(Server, certificate, ServerEphemeral.Copy());

    /// <summary>The answer of a pool that has this certificate.</summary>
    public static byte[] Act2Of(Certificate certificate)
    {
        using var client = Client();
        using var pool = Pool(certificate);
        var act2 = new byte[NoiseResponder.Act2Size];
        using var session = pool.ReceiveAct1(client.Act1, act2);
        return act2;
    }

    /// <summary>The client's end of a connection whose handshake is over.</summary>
    public static NoiseSession ClientEnd() => End(ToServer, ToClient);

    /// <summary>The pool's end of the same connection.</summary>
    public static NoiseSession PoolEnd() => End(ToClient, ToServer);

    private static NoiseSession End(byte[] sending, byte[] receiving) => new(
        new CipherState(sending),
        new CipherState(receiving),
        Honest,
        Authority.Authority,
        Certificate.DefaultLeeway,
        timeUnverified: false);

    private static KeyPair Pair(byte value) => new(Filled(value));

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, KeyPair.SecretSize)];
}
