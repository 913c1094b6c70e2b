using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

public class KnownPoolsTests
{
    public static TheoryData<string> Names => [.. KnownPools.All.Select(pool => pool.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryPoolHasAnEndpointAndAKeyThatDecodeOrSaysWhyNot(string name)
    {
        var pool = KnownPools.Find(name)!;

        Assert.Matches("^[a-z0-9-]+$", pool.Name);
        Assert.Equal(pool.Address is null, pool.Unusable is not null);
        if (pool.Address is { } address)
        {
            Assert.False(address.Insecure);
            Assert.All(pool.Keys, key => Assert.Equal(key, AuthorityKey.Parse(key.ToString())));
            Assert.Equal(pool.Keys, address.Keys);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryPoolSaysWhereItsFactsAreFromAndWhatAUserIsCalledThere(string name)
    {
        var pool = KnownPools.Find(name)!;

        Assert.True(pool.Source.Length > 10);
        Assert.NotEmpty(pool.Note);
        Assert.NotEmpty(pool.User);
        Assert.Matches("^20[0-9]{2}-[01][0-9]$", KnownPools.AsOf);
    }

    [Fact] // SV2 reference §12
    public void ThePoolsOfTheReferenceAreAllThere()
    {
        Assert.Equal(
            ["braiins", "blitzpool", "ckpool", "nexuspool", "public-pool", "pyblock", "sri-test", "dmnd", "ocean"],
            KnownPools.All.Select(pool => pool.Name));
        Assert.Equal("stratum.braiins.com:3333", KnownPools.Find("Braiins")!.Address!.ToString());
        Assert.Equal(
            "9c44K6QVizyPWb9xfeqhckFRosxWwB3EfytGa4CfTdD526qb2QV",
            Assert.Single(KnownPools.Find("dmnd")!.Keys).ToString());
    }

    [Fact]
    public void OnlyTheTestPoolNeedsTheOperatorsWordBecauseItsSecretIsPublic() => Assert.Equal(
        ["sri-test"], KnownPools.All.Where(pool => pool.NeedsInsecure).Select(pool => pool.Name));

    [Fact]
    public void OceanIsListedAsHavingNoStratumV2()
    {
        var ocean = KnownPools.Find("ocean")!;

        Assert.Null(ocean.Address);
        Assert.Empty(ocean.Keys);
        Assert.Contains("no Stratum V2", ocean.Unusable, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url = \"stratum2+tcp://a.example:1/9awtMD5KQgvRUh2yFbjVeT7b6hjipWcAsQHd6wEhgtDT9soosnb\"", "checksum")]
    [InlineData("url = \"stratum2+tcp://a.example/9awtMD5KQgvRUh2yFbjVeT7b6hjipWcAsQHd6wEhgtDT9soosna\"", "port")]
    [InlineData("unusable = \"closed\"\ncolour = \"red\"", "colour")]
    public void AnEntryThatIsWrongIsNamedWithItsLine(string lines, string named)
    {
        var text = "as_of = \"2026-08\"\n[[pool]]\nname = \"a\"\ntitle = \"A\"\nuser = \"u\"\nprofile = \"default\"\n"
            + $"grade = \"list\"\nsource = \"somewhere\"\nnote = \"none\"\n{lines}\n";

        var wrong = Assert.Throws<UsageException>(() => KnownPools.Parse(text, "book.toml"));

        Assert.Matches("^book.toml:1[01]: ", wrong.Message);
        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
    }
}
