using System.Net;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

public class TrustTests
{
    private const string Key = "9awtMD5KQgvRUh2yFbjVeT7b6hjipWcAsQHd6wEhgtDT9soosna"; // SV2 reference §12

    private static readonly PoolAddress Keyless = PoolAddress.Parse("stratum2+tcp+insecure://pool.example:3333");

    [Theory] // RFC 1122, 1918, 3927, 4193, 4291; and what lies beside each
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.255.254", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("10.0.0.1", true)]
    [InlineData("11.0.0.1", false)]
    [InlineData("172.15.255.255", false)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("192.169.1.1", false)]
    [InlineData("169.254.7.7", true)]
    [InlineData("169.253.7.7", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("fc00::1", true)]
    [InlineData("fec0::1", false)]
    [InlineData("2606:4700::1", false)]
    [InlineData("::ffff:192.168.1.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    public void APoolWithoutAKeyIsRefusedOutsideTheLocalNetworkUnlessInsecure(string address, bool isNear)
    {
        var meant = IPAddress.Parse(address);

        Assert.Equal(isNear, Trust.Check(Keyless, meant, insecure: false) is null);
        Assert.Null(Trust.Check(Keyless, meant, insecure: true));
        Assert.Null(Trust.Check(PoolAddress.Parse($"stratum2+tcp://pool.example:3333/{Key}"), meant, insecure: false));
    }

    [Fact]
    public void TheRefusalIsOneSentenceWithBothRemedies()
    {
        var sentence = Trust.Check(Keyless, IPAddress.Parse("8.8.8.8"), insecure: false)!;

        Assert.Contains("pool.example:3333", sentence, StringComparison.Ordinal);
        Assert.Contains("add the key", sentence, StringComparison.Ordinal);
        Assert.Contains("insecure = true", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTestKeyWhoseSecretIsPublicProvesNothing()
    {
        // Published with the test pool's configuration: SV2 reference §12.
        var secret = Base58.Decode("mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n", out _)![..32];
        using var pair = new KeyPair(secret);
        Assert.Equal(Trust.PublicTestKey, pair.Authority);

        var pool = PoolAddress.Parse($"stratum2+tcp://75.119.150.111:3333/{Key},{Trust.PublicTestKey}");
        Assert.Contains("test key", Trust.CheckWords(pool, insecure: false), StringComparison.Ordinal);
        Assert.Null(Trust.CheckWords(pool, insecure: true));
        Assert.Null(Trust.Check(pool, IPAddress.Loopback, insecure: false));
    }

    [Theory]
    [InlineData("stratum2+tcp+insecure://8.8.8.8:3333", false)]
    [InlineData("stratum2+tcp+insecure://[2606:4700::1]:3333", false)]
    [InlineData("stratum2+tcp+insecure://192.168.0.2:3333", true)]
    [InlineData("stratum2+tcp+insecure://[::1]:3333", true)]
    [InlineData("stratum2+tcp+insecure://pool.example:3333", true)] // Its look-up tells more.
    [InlineData("stratum2+tcp://8.8.8.8:3333/" + Key, true)]
    public void AnAddressIsJudgedBeforeAnyLookUpAndANameIsNot(string url, bool passes) =>
        Assert.Equal(passes, Trust.CheckWords(PoolAddress.Parse(url), insecure: false) is null);
}
