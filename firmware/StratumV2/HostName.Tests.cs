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
    [InlineData("8.8.8.8", NetworkReach.Open)]
    [InlineData("172.15.0.1", NetworkReach.Open)]
    [InlineData("172.32.0.1", NetworkReach.Open)]
    [InlineData("100.128.0.1", NetworkReach.Open)]
    [InlineData("2606:4700::1", NetworkReach.Open)]
    [InlineData("64:ff9b::8.8.8.8", NetworkReach.Open)]
    [InlineData("2002:808:808::1", NetworkReach.Open)]
    [InlineData("10.1.2.3", NetworkReach.Local)]
    [InlineData("100.64.0.1", NetworkReach.Local)]
    [InlineData("172.16.0.1", NetworkReach.Local)]
    [InlineData("192.168.0.1", NetworkReach.Local)]
    [InlineData("fd00::1", NetworkReach.Local)]
    [InlineData("fec0::1", NetworkReach.Local)]
    [InlineData("::ffff:10.0.0.1", NetworkReach.Local)]
    [InlineData("64:ff9b::192.168.0.1", NetworkReach.Local)]
    [InlineData("2002:a00:1::1", NetworkReach.Local)]
    [InlineData("127.0.0.1", NetworkReach.Machine)]
    [InlineData("127.255.255.254", NetworkReach.Machine)]
    [InlineData("::1", NetworkReach.Machine)]
    [InlineData("::ffff:127.0.0.1", NetworkReach.Machine)]
    [InlineData("64:ff9b::127.0.0.1", NetworkReach.Machine)]
    [InlineData("0.0.0.0", NetworkReach.Nowhere)]
    [InlineData("0.1.2.3", NetworkReach.Nowhere)]
    [InlineData("169.254.0.1", NetworkReach.Nowhere)]
    [InlineData("224.0.0.1", NetworkReach.Nowhere)]
    [InlineData("255.255.255.255", NetworkReach.Nowhere)]
    [InlineData("::", NetworkReach.Nowhere)]
    [InlineData("::2", NetworkReach.Nowhere)]
    [InlineData("fe80::1", NetworkReach.Nowhere)]
    [InlineData("ff02::1", NetworkReach.Nowhere)]
    [InlineData("4000::1", NetworkReach.Nowhere)]
    public void AnAddressTellsFromWhereItIsReached(string address, NetworkReach reach) =>
        Assert.Equal(reach, HostName.ReachOf(IPAddress.Parse(address)));
}
