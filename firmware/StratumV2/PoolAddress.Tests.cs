using Firmware.StratumV2.Noise;

namespace Firmware.StratumV2;

public class PoolAddressTests
{
    // sv2-spec 4.7 and SRI stratum 26802203
    private const string Key = "9bXiEd8boQVhq7WddEcERUL5tyyJVFYdU8th3HfbNXK3Yw6GRXh";
    private const string OtherKey = "9bZBweHhn6px2Quf1hADVUTrWxX65vtRBweWHP66kfkKGFTQRHs";
    private const string Good = "stratum2+tcp://pool.example:34255/" + Key;

    [Theory]
    [InlineData(Good, "pool.example", 34255, "pool.example:34255")]
    [InlineData("  STRATUM2+TCP://Pool.Example.:1/" + Key + "\n", "pool.example", 1, "pool.example:1")]
    [InlineData("stratum2+tcp://192.168.1.7:65535/" + Key, "192.168.1.7", 65535, "192.168.1.7:65535")]
    [InlineData("stratum2+tcp://[2001:DB8::0:1]:3333/" + Key, "2001:db8::1", 3333, "[2001:db8::1]:3333")]
    [InlineData("stratum2+tcp://[::1]:3333/" + Key, "::1", 3333, "[::1]:3333")]
    [InlineData("stratum2+tcp://localhost:3333/" + Key, "localhost", 3333, "localhost:3333")]
    public void ReadsHostPortAndKey(string text, string host, int port, string shown)
    {
        var address = PoolAddress.Parse(text);

        Assert.Equal(host, address.Host);
        Assert.Equal(port, address.Port);
        Assert.Equal([AuthorityKey.Parse(Key)], address.Keys);
        Assert.False(address.Insecure);
        Assert.Equal(shown, address.ToString());
        Assert.Equal(address, PoolAddress.Parse(address.Url));
    }

    [Fact]
    public void SeveralKeysMayBeAccepted()
    {
        var address = PoolAddress.Parse($"{Good},{OtherKey}");

        Assert.Equal([AuthorityKey.Parse(Key), AuthorityKey.Parse(OtherKey)], address.Keys);
        Assert.Equal(address, PoolAddress.Parse(address.Url));
    }

    [Theory]
    [InlineData("stratum2+tcp+insecure://127.0.0.1:3333")]
    [InlineData("stratum2+tcp+insecure://127.0.0.1:3333/")]
    public void WithoutAKeyOnlyTheInsecureFormWillDo(string text)
    {
        var address = PoolAddress.Parse(text);

        Assert.True(address.Insecure);
        Assert.Equal("stratum2+tcp+insecure://127.0.0.1:3333", address.Url);
    }

    [Theory]
    [InlineData("", "scheme")]
    [InlineData("pool.example:3333", "scheme")]
    [InlineData("http://pool.example:3333/" + Key, "'http' is unknown")]
    [InlineData("stratum+tcp://pool.example:3333", "Stratum V1")]
    [InlineData("stratum+ssl://pool.example:3333", "Stratum V1")]
    [InlineData("stratum2+tcp://pool.example/" + Key, "port is missing")]
    [InlineData("stratum2+tcp://pool.example:/" + Key, "port is missing")]
    [InlineData("stratum2+tcp://pool.example:0/" + Key, "'0' is no port")]
    [InlineData("stratum2+tcp://pool.example:65536/" + Key, "'65536' is no port")]
    [InlineData("stratum2+tcp://pool.example:+1/" + Key, "'+1' is no port")]
    [InlineData("stratum2+tcp://:3333/" + Key, "host is missing")]
    [InlineData("stratum2+tcp://user@pool.example:3333/" + Key, "--user")]
    [InlineData("stratum2+tcp://2001:db8::1:3333/" + Key, "brackets")]
    [InlineData("stratum2+tcp://[2001:db8::1]/" + Key, "port is missing")]
    [InlineData("stratum2+tcp://[2001:db8::1]3333/" + Key, "after the bracket")]
    [InlineData("stratum2+tcp://[pool.example]:3333/" + Key, "brackets hold an IPv6 address")]
    [InlineData("stratum2+tcp://[2001:db8::1:3333/" + Key, "brackets hold an IPv6 address")]
    [InlineData("stratum2+tcp://[2001:xyz::1]:3333/" + Key, "no IPv6 address")]
    [InlineData("stratum2+tcp://pool example:3333/" + Key, "' '")]
    [InlineData("stratum2+tcp://pööl.example:3333/" + Key, "xn--")]
    [InlineData("stratum2+tcp://127.1:3333/" + Key, "four numbers")]
    [InlineData("stratum2+tcp://pool.example:3333", "insecure://")]
    [InlineData("stratum2+tcp://pool.example:3333/", "insecure://")]
    [InlineData("stratum2+tcp+insecure://pool.example:3333/" + Key, "remove '+insecure'")]
    [InlineData(Good + "/", "not of its alphabet")]
    [InlineData(Good + "?x", "not of its alphabet")]
    [InlineData(Good + ",", "authority key is missing")]
    [InlineData(Good + ",,,,,,,,", "9 authority keys")]
    public void EachMistakeIsNamedInOneSentence(string text, string named)
    {
        var message = Assert.Throws<UsageException>(() => PoolAddress.Parse(text)).Message;

        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.StartsWith($"Pool address '{text.Split("://")[0]}", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void EveryCutAddressIsRefused()
    {
        for (var length = 0; length < Good.Length; length++)
        {
            Assert.Throws<UsageException>(() => PoolAddress.Parse(Good[..length]));
        }
    }

    [Fact]
    public void WhatAStrangerWroteIsNotPrintedRaw()
    {
        var message = Assert.Throws<UsageException>(
            () => PoolAddress.Parse("\u001b[2J" + new string('x', 5000))).Message;

        Assert.DoesNotContain('\u001b', message);
        Assert.InRange(message.Length, 0, 300);
    }

    [Fact]
    public void EqualityIsByValue()
    {
        Assert.Equal(PoolAddress.Parse(Good), PoolAddress.Parse(Good));
        Assert.Equal(PoolAddress.Parse(Good).GetHashCode(), PoolAddress.Parse(Good).GetHashCode());
        foreach (var (part, other) in ((string, string)[])[(Key, OtherKey), ("34255", "34256"), ("pool", "fool")])
        {
            var changed = PoolAddress.Parse(Good.Replace(part, other, StringComparison.Ordinal));
            Assert.NotEqual(PoolAddress.Parse(Good), changed);
        }
    }

    [Fact]
    public void AnotherPlaceIsOfTheSameAuthority()
    {
        var home = PoolAddress.Parse(Good);

        var other = home.At("Other.Example.", 1);

        Assert.Equal("other.example:1", other.ToString());
        Assert.Equal(home.Keys, other.Keys);
        Assert.Equal("[2001:db8::1]:2", home.At("2001:DB8::1", 2).ToString());
    }

    [Fact]
    public void KeysThatStandElsewhereAreAcceptedBesideThoseInTheAddress()
    {
        const string Other = "9awtMD5KQgvRUh2yFbjVeT7b6hjipWcAsQHd6wEhgtDT9soosna"; // SV2 reference §12
        var pool = PoolAddress.Parse(Good);

        Assert.Equal([.. pool.Keys, AuthorityKey.Parse(Other)], PoolAddress.Parse(Good, [Other]).Keys);
        Assert.Equal(Other, Assert.Single(PoolAddress.Parse("stratum2+tcp://a.example:1", [Other]).Keys).ToString());
        Assert.Equal(pool, PoolAddress.Parse(Good, [pool.Keys[0].ToString()]));
        Assert.Throws<UsageException>(() => PoolAddress.Parse("stratum2+tcp+insecure://127.0.0.1:1", [Other]));
    }

    [Theory]
    [InlineData("stratum2+tcp://somebody.worker:secret@pool.example:3333/9awtMD5KQg")]
    [InlineData("somebody.worker@pool.example:3333/9awtMD5KQg")]
    [InlineData("http://somebody.worker@pool.example/9awtMD5KQg/more")]
    public void WhatIsSaidOfAWrongAddressHasNeitherItsUserNorItsKey(string text)
    {
        var said = Assert.Throws<UsageException>(() => PoolAddress.Parse(text)).Message;

        Assert.Contains("pool.example", said, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        Assert.DoesNotContain("9awtMD5KQg", said, StringComparison.Ordinal);
    }
}
