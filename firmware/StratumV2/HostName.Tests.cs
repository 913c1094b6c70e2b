using System.Net;

namespace Firmware.StratumV2;

public class HostNameTests
{
    [Theory]
    [InlineData("pool.example")]
    [InlineData("pool.example.")]
    [InlineData("xn--pl-fka.example")]
    [InlineData("_sv2.pool-1.example")]
    [InlineData("localhost")]
    [InlineData("1.2.3.4")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1%eth0")]
    public void NamesAndAddressesInTheirUsualFormAreGood(string host) => Assert.Null(HostName.Check(host));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("a..")]
    [InlineData("-a.b")]
    [InlineData("a-.b")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("a\0b")]
    [InlineData("bücher.example")]
    [InlineData("256.1.1.1")]
    [InlineData("1.2.3")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("[::1]")]
    [InlineData("::1/64")]
    [InlineData(":::")]
    public void EverythingElseIsRefusedWithAReason(string host) =>
        Assert.EndsWith(".", HostName.Check(host), StringComparison.Ordinal);

    [Fact]
    public void ANameIsAtMost253Long()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".b";
        Assert.Equal(253, name.Length);
        Assert.Null(HostName.Check(name));
        Assert.NotNull(HostName.Check(name + "b"));
        Assert.NotNull(HostName.Check(new string('a', 64)));
    }

    [Theory] // IANA's special-purpose registries
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.128.0.1", true)]
    [InlineData("2606:4700::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.0.1", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    public void OnlyTheOpenNetworkIsAPlaceToBeSentTo(string address, bool may) =>
        Assert.Equal(may, HostName.MayRedirectTo(IPAddress.Parse(address)));
}
