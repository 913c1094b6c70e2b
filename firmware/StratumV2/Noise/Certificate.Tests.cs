namespace Firmware.StratumV2.Noise;

public sealed class CertificateTests : IDisposable
{
    private const uint From = 1_780_000_000;
    private const uint To = 1_780_003_600;

    private readonly KeyPair authority = new(NoiseVectors.FixedKeys.Bytes("ca_priv"));
    private readonly KeyPair server = new(NoiseVectors.FixedKeys.Bytes("rs_priv"));

    public void Dispose()
    {
        authority.Dispose();
        server.Dispose();
    }

    [Fact] // SRI stratum 26802203
    public void TheCertificatesOfTheVectorsAreGood()
    {
        foreach (var vector in NoiseVectors.Handshakes)
        {
            var certificate = Certificate.Read(
                [.. vector.Bytes("certificate_signed_bytes")[..10], .. vector.Bytes("certificate_signature")]);
            var key = AuthorityKey.Parse(vector.Text("authority_base58check"));

            Assert.Equal(key, certificate.CheckSignature(vector.Bytes("responder_static_xonly"), [key]));
            Assert.Equal(vector.GetProperty("valid_from").GetUInt32(), certificate.ValidFrom);
            Assert.Equal(vector.GetProperty("not_valid_after").GetUInt32(), certificate.NotValidAfter);
        }
    }

    [Theory] // ± 10 s, and no second more
    [InlineData(From - 11L, NoiseFault.CertificateNotYetValid)]
    [InlineData(From - 10L, null)]
    [InlineData(From, null)]
    [InlineData(To, null)]
    [InlineData(To + 10L, null)]
    [InlineData(To + 11L, NoiseFault.CertificateExpired)]
    [InlineData(0L, NoiseFault.CertificateNotYetValid)]
    [InlineData(long.MaxValue, NoiseFault.CertificateExpired)]
    [InlineData(long.MinValue, NoiseFault.CertificateNotYetValid)]
    public void ItHoldsForItsTimeAndTheLeeway(long now, NoiseFault? expected) =>
        Assert.Equal(expected, FaultOf(() => Issue().CheckTime(now, Certificate.DefaultLeeway)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void TheEndsOfTimeOverflowNothing(uint from, uint to)
    {
        Issue(from, to).CheckTime(from, TimeSpan.FromDays(1));
        Assert.Equal(
            NoiseFault.CertificateExpired, FaultOf(() => Issue(from, to).CheckTime(to + 1L, TimeSpan.Zero)));
    }

    [Fact]
    public void EachWayToBeWrongHasAFaultOfItsOwn()
    {
        using var stranger = KeyPair.Generate();

        Assert.Null(SignatureFault(Issue()));
        Assert.Equal(NoiseFault.CertificateVersion, SignatureFault(Issue(version: 1)));
        Assert.Equal(NoiseFault.CertificateWindowReversed, SignatureFault(Issue(To, From)));
        Assert.Equal(
            NoiseFault.WrongAuthority, SignatureFault(Certificate.Issue(stranger, server.XOnly, From, To)));
        Assert.Equal(
            NoiseFault.WrongAuthority, SignatureFault(Certificate.Issue(authority, stranger.XOnly, From, To)));
    }

    [Fact]
    public void AFlippedBitAnywhereIsAFault()
    {
        var good = Issue().Bytes.ToArray();
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 0x04;
            var expected = i < 2 ? NoiseFault.CertificateVersion : NoiseFault.WrongAuthority;
            Assert.Equal(expected, SignatureFault(Certificate.Read(bad)));
        }
    }

    [Fact]
    public void AnyOfSeveralKeysMayHaveSigned()
    {
        using var old = KeyPair.Generate();
        Assert.Equal(
            authority.Authority, Issue().CheckSignature(server.XOnly, [old.Authority, authority.Authority]));
        Assert.Equal(
            NoiseFault.WrongAuthority, FaultOf(() => Issue().CheckSignature(server.XOnly, [old.Authority])));
    }

    [Fact]
    public void ACutOneIsNotRead()
    {
        var good = Issue().Bytes.ToArray();
        for (var length = 0; length < good.Length; length++)
        {
            var cut = good[..length];
            Assert.Throws<ArgumentOutOfRangeException>(() => Certificate.Read(cut));
        }
    }

    private NoiseFault? SignatureFault(Certificate certificate) =>
        FaultOf(() => certificate.CheckSignature(server.XOnly, [authority.Authority]));

    private Certificate Issue(uint from = From, uint to = To, ushort version = 0) =>
        Certificate.Issue(authority, server.XOnly, from, to, version);

    private static NoiseFault? FaultOf(Action check) =>
        Record.Exception(check) switch
        {
            null => null,
            NoiseException exception => exception.Fault,
            var other => throw other,
        };
}
