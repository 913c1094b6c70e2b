using System.Buffers.Binary;
using Firmware.StratumV2.Noise;
using NSec.Cryptography;

namespace TestPool;

/// <summary>The pool's authority, the key its servers prove, and the certificates that join the two.</summary>
internal sealed class PoolKeys : IDisposable
{
    /// <summary>How long a certificate lives, in seconds: as long as those of the reference pool.</summary>
    private const uint CertificateSeconds = 3600;

    private readonly KeyPair authority;
    private readonly KeyPair signer;
    private readonly Scenario scenario;

    public PoolKeys(byte[]? authoritySecret, ulong seed, Scenario scenario)
    {
        this.scenario = scenario;
        authority = new KeyPair(authoritySecret ?? SecretOf(seed));
        signer = scenario.Certificate == CertificateFault.WrongAuthority ? KeyPair.Generate() : authority;
    }

    /// <summary>What the pool's address promises.</summary>
    public AuthorityKey Authority => authority.Authority;

    public KeyPair Static { get; } = KeyPair.Generate();

    /// <summary>Minted for one connection: valid from this very second.</summary>
    public Certificate Issue(DateTimeOffset now)
    {
        var from = (uint)now.ToUnixTimeSeconds();
        from = scenario.Certificate switch
        {
            CertificateFault.Expired => from - (2 * CertificateSeconds),
            CertificateFault.NotYetValid => from + CertificateSeconds,
            _ => from,
        };
        var isReversed = scenario.Certificate == CertificateFault.Reversed;
        var to = isReversed ? from - 1 : from + CertificateSeconds;
        var version = scenario.Certificate == CertificateFault.Version ? 1 : 0;
        return Certificate.Issue(signer, Static.XOnly, from, to, (ushort)version);
    }

    public void Dispose()
    {
        authority.Dispose();
        signer.Dispose();
        Static.Dispose();
    }

    private static byte[] SecretOf(ulong seed)
    {
        Span<byte> origin = stackalloc byte[24];
        "testpool-authority"u8[..16].CopyTo(origin);
        BinaryPrimitives.WriteUInt64LittleEndian(origin[16..], seed);
        return HashAlgorithm.Sha256.Hash(origin);
    }
}
