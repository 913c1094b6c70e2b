using System.Net;
using System.Text;
using CsCheck;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>SV2 reference §4.10, statements 76 and 77 of §13, hostile inputs B45, B47 and B48 of §14.</summary>
public class RedirectPolicyTests
{
    private const string Key = "9bXiEd8boQVhq7WddEcERUL5tyyJVFYdU8th3HfbNXK3Yw6GRXh"; // SV2 reference §3.4

    private static readonly PoolAddress Pool = PoolAddress.Parse($"stratum2+tcp://pool.example:34255/{Key}");

    private static readonly PoolAddress Plain = PoolAddress.Parse("stratum2+tcp+insecure://pool.example:34255");

    private readonly RedirectPolicy policy = new(Pool) { Remote = IPAddress.Parse("198.41.0.4") };

    [Fact] // Statement 76
    public void AnEmptyHostIsTheSameHostAndPort0TheSamePort()
    {
        Assert.Equal(Pool, Accepted(policy, "", 0));
        Assert.Equal("pool.example:1", Accepted(policy, "", 1).ToString());
        Assert.Equal("other.example:34255", Accepted(policy, "Other.Example", 0).ToString());
    }

    [Fact] // Statement 77
    public void AnotherHostMustProveToBeOfTheSameAuthority() =>
        Assert.Equal(Pool.Keys, Accepted(policy, "other.example", 1).Keys);

    [Fact] // Statement 76
    public void TheSameHostIsObeyedWithoutAProofAndWhereverItIs()
    {
        Assert.Equal("pool.example:1", Accepted(new RedirectPolicy(Plain), "pool.example.", 1).ToString());

        var here = PoolAddress.Parse("stratum2+tcp+insecure://127.0.0.1:1");
        Assert.Equal("127.0.0.1:2", Accepted(new RedirectPolicy(here), "127.0.0.1", 2).ToString());
    }

    [Fact] // B47
    public void AnotherHostIsRefusedOnAnUnauthenticatedSession()
    {
        Assert.Contains("prove", Refused(new RedirectPolicy(Plain), "other.example"), StringComparison.Ordinal);
        Assert.NotEmpty(Refused(new RedirectPolicy(Plain) { AllowPrivate = true }, "192.168.0.9"));
    }

    [Fact] // B47: its secret is printed in public examples.
    public void ThePublicTestKeyAuthenticatesNobody()
    {
        var tested = PoolAddress.Parse($"stratum2+tcp://pool.example:34255/{Trust.PublicTestKey}");

        Assert.Contains("prove", Refused(new RedirectPolicy(tested), "other.example"), StringComparison.Ordinal);
    }

    [Theory] // B45
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("a.localhost")]
    [InlineData("169.254.1.1")]
    [InlineData("192.168.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    public void APoolOfTheOpenNetworkSendsNobodyIntoTheLocalOne(string host)
    {
        Assert.NotEmpty(Refused(policy, host));
        Assert.NotEmpty(Refused(new RedirectPolicy(Pool), host)); // Nor does one whose address is unknown.
    }

    [Fact] // B45
    public void OurOwnAddressIsRefused()
    {
        var own = IPAddress.Parse("203.0.113.7");
        var knowing = new RedirectPolicy(Pool) { Remote = policy.Remote, Own = [own], AllowPrivate = true };

        Assert.NotEmpty(Refused(knowing, "203.0.113.7"));
        Assert.NotEmpty(Refused(knowing, "::ffff:203.0.113.7"));
        Assert.NotNull(Accepted(knowing, "203.0.113.8", 1));
    }

    [Theory]
    [InlineData("198.41.0.4", false, "8.8.8.8", true)]
    [InlineData("198.41.0.4", true, "192.168.0.9", true)]
    [InlineData("198.41.0.4", true, "127.0.0.1", false)]
    [InlineData("198.41.0.4", true, "169.254.0.9", false)]
    [InlineData("192.168.0.1", false, "192.168.0.9", true)]
    [InlineData("192.168.0.1", false, "8.8.8.8", true)]
    [InlineData("192.168.0.1", false, "127.0.0.1", false)]
    [InlineData("192.168.0.1", false, "ff02::1", false)]
    [InlineData("169.254.0.1", false, "10.0.0.1", true)]
    [InlineData("169.254.0.1", false, "169.254.0.9", false)]
    [InlineData("127.0.0.1", false, "127.0.0.2", true)]
    [InlineData("127.0.0.1", false, "224.0.0.1", false)]
    public void APoolSendsNobodyNearerThanItIsUnlessTheOwnerAllowsIt(
        string pool, bool allowPrivate, string to, bool allowed)
    {
        var rule = new RedirectPolicy(Pool) { Remote = IPAddress.Parse(pool), AllowPrivate = allowPrivate };

        Assert.Equal(allowed, rule.IsAllowed(IPAddress.Parse(to)));
    }

    [Fact] // B45, for names
    public void WhatANameStandsForIsJudgedUnlessItIsTheSameName()
    {
        var target = Accepted(policy, "other.example", 0);

        Assert.False(policy.IsAllowed(target, IPAddress.Loopback));
        Assert.True(policy.IsAllowed(target, IPAddress.Parse("8.8.8.8")));
        Assert.True(policy.IsAllowed(Pool, IPAddress.Loopback));
    }

    [Theory] // B48
    [InlineData("user@pool.example")]
    [InlineData("pool.example/path")]
    [InlineData("pool example")]
    [InlineData("pool.example\n")]
    [InlineData("pool.example\0")]
    [InlineData("b\u00fccher.example")]
    [InlineData("pool.example:80")]
    [InlineData("[::1]:80")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    [InlineData("-pool.example")]
    [InlineData("{0}%s<b>")]
    public void WhatIsNoHostIsRefused(string host) => Assert.NotEmpty(Refused(policy, host));

    [Fact] // B48
    public void AHostOf254OrMoreBytesIsRefused()
    {
        var host = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".b";
        Assert.Equal(host, Accepted(policy, host, 1).Host);
        Assert.NotEmpty(Refused(policy, host + "c"));
        Assert.NotEmpty(Refused(policy, new string('a', 255)));
    }

    [Fact]
    public void Port0IsNoPortEvenWhereItIsOurOwn() =>
        Assert.NotEmpty(Refused(new RedirectPolicy(Pool.At("pool.example", 0)), "", 0));

    [Fact]
    public void AnyBytesAreAnAddressToDialOrARefusalFitForPeople() =>
        Gen.Select(Gen.Byte.Array[0, 255], Gen.UShort).Sample((host, port) =>
        {
            if (policy.TryDecide(new Reconnect { NewHost = host, NewPort = port }, out var target, out var refusal))
            {
                Assert.Null(HostName.Check(target.Host));
                Assert.NotEqual(0, target.Port);
            }
            else
            {
                Assert.DoesNotContain(refusal, char.IsControl);
            }
        });

    private static PoolAddress Accepted(RedirectPolicy policy, string host, ushort port)
    {
        Assert.True(policy.TryDecide(Message(host, port), out var target, out var refusal), refusal);
        return target;
    }

    private static string Refused(RedirectPolicy policy, string host, ushort port = 3333)
    {
        Assert.False(policy.TryDecide(Message(host, port), out var target, out var refusal));
        Assert.Null(target);
        return refusal;
    }

    private static Reconnect Message(string host, ushort port) =>
        new() { NewHost = Encoding.UTF8.GetBytes(host), NewPort = port };
}
