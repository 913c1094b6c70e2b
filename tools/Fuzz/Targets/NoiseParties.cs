using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>
/// Both sides of a handshake with keys that are always the same, so that an input always takes the same way: each
/// scalar is one byte repeated, as in SV2 reference §3.5.
/// </summary>
internal static class NoiseParties
{
    public static readonly ClockView Clock = new(1_767_300_000, Trusted: true);

    private static readonly KeyPair Authority = Pair(0x44);
    private static readonly KeyPair Server = Pair(0x33);
    private static readonly byte[] ClientEncoding = EncodingOf(0x11);
    private static readonly byte[] ServerEncoding = EncodingOf(0x22);

    /// <summary>What the client trusts.</summary>
    public static readonly AuthorityKey[] Accepted = [Authority.Authority];

    /// <summary>Good for all of 2026.</summary>
    public static readonly Certificate Honest =
        Certificate.Issue(Authority, Server.XOnly, 1_767_225_600, 1_798_761_600, aux: new byte[32]);

    public static NoiseInitiator Client() => new(Accepted, ephemeral: new KeyPair(Filled(0x11), ClientEncoding));

    public static NoiseResponder Pool(Certificate certificate) =>
        new(Server, certificate, new KeyPair(Filled(0x22), ServerEncoding));

    private static KeyPair Pair(byte value) => new(Filled(value));

    /// <summary>One of the many encodings of the key, chosen once for the process.</summary>
    private static byte[] EncodingOf(byte value)
    {
        using var pair = Pair(value);
        return pair.EllSwift.ToArray();
    }

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, KeyPair.SecretSize)];
}
