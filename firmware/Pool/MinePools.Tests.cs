namespace Firmware.Pool;

/// <summary>Who decides where we mine: the command line, then mine.toml.</summary>
public sealed class MinePoolsTests : IDisposable
{
    private const string Key = "9bXiEd8boQVhq7WddEcERUL5tyyJVFYdU8th3HfbNXK3Yw6GRXh"; // sv2-spec 4.7
    private const string Url = "stratum2+tcp://pool.example:3333/" + Key;

    private readonly string folder = Directory.CreateTempSubdirectory("minepools").FullName;

    [Fact]
    public void TheSettingsHoldWhereTheCommandLineIsSilent()
    {
        Write("[[pool]]\nname = \"braiins\"\nuser = \"a\"\nworker = \"w\"\n"
            + "[[pool]]\nname = \"ckpool\"\nuser = \"b\"\n");

        var pools = Choose();

        Assert.Equal(["a.w", "b"], pools.Select(pool => pool.Identity));
        Assert.Equal(["settings", "settings"], pools.Select(pool => pool.Source));
    }

    [Fact]
    public void PoolsOfTheCommandLineTakeThePlaceOfAllInTheSettings()
    {
        Write("[[pool]]\nname = \"braiins\"\nuser = \"a\"\n");

        var pool = Assert.Single(Choose(user: "b", pools: Url));

        Assert.Equal("pool.example:3333", pool.Address.ToString());
        Assert.Equal("b", pool.Identity);
        Assert.Equal("command line", pool.Source);
    }

    [Fact]
    public void AUserOfTheCommandLineTakesThePlaceOfUserAndWorker()
    {
        Write("[[pool]]\nname = \"braiins\"\nuser = \"a\"\nworker = \"w\"\n");

        Assert.Equal("c.d", Assert.Single(Choose(user: "c.d")).Identity);
    }

    [Fact]
    public void APoolIsFoundByItsName()
    {
        var pool = Assert.Single(Choose(user: "a", pools: "Braiins"));

        Assert.Equal(KnownPools.Find("braiins")!.Address, pool.Address);
    }

    [Theory]
    [InlineData("nobody", "--pool: there is no known pool 'nobody': 'sv2fw pools' lists them")]
    [InlineData("dmnd", "--pool: DMND gives each account an address of its own")]
    [InlineData("ocean", "--pool: OCEAN speaks no Stratum V2")]
    [InlineData("http://pool.example:1/x", "Pool address")]
    [InlineData("stratum2+tcp+insecure://8.8.8.8:3333", "8.8.8.8:3333 has no authority key")]
    [InlineData("sri-test", "75.119.150.111:3333 is to be known by the public test key")]
    public void APoolThatCannotBeMinedAtIsRefusedWithTheReason(string pool, string start) => Assert.StartsWith(
        start, Assert.Throws<UsageException>(() => Choose(user: "a", pools: pool)).Message, StringComparison.Ordinal);

    [Fact]
    public void ThePublicTestKeyIsTakenOnlyByTheOperatorsExplicitWord()
    {
        var options = new MineOptions(["b.toml"], ["sri-test"], "a", folder);

        Assert.Throws<UsageException>(() => MinePools.Choose(options));
        Assert.True(Assert.Single(MinePools.Choose(options with { Insecure = true })).Insecure);

        Write("[[pool]]\nname = \"sri-test\"\nuser = \"a\"\ninsecure = true\n");
        Assert.True(Assert.Single(Choose()).Insecure);
    }

    [Fact]
    public void WithoutAPoolOrAUserTheRemedyIsNamed()
    {
        Assert.Contains("sv2fw pools --template", Refused(), StringComparison.Ordinal);
        Write("[[pool]]\nname = \"braiins\"\n");
        Assert.Contains("give --user", Refused(), StringComparison.Ordinal);
        Write(string.Concat(Enumerable.Range(1, 17).Select(
            port => $"[[pool]]\nurl = \"stratum2+tcp+insecure://127.0.0.1:{port}\"\nuser = \"a\"\n")));
        Assert.Contains("keep the best 16", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void ANameThatBecomesTooLongByItsWorkerIsRefused()
    {
        Write($"[[pool]]\nname = \"braiins\"\nuser = \"{new string('u', 250)}\"\nworker = \"garage\"\n");

        Assert.Contains("shorten", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePoolThatStandsTwiceIsOne() => Assert.Single(Choose(user: "a", pools: [Url, Url]));

    [Fact]
    public void AFileThatCannotBeReadIsNamed()
    {
        Directory.CreateDirectory(Path.Combine(folder, MineSettings.FileName));
        Assert.Contains("sv2fw pools --template", Refused(), StringComparison.Ordinal); // A folder is no file.
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string toml) => File.WriteAllText(Path.Combine(folder, MineSettings.FileName), toml);

    private MinePool[] Choose(string? user = null, params string[] pools) =>
        MinePools.Choose(new MineOptions(["b.toml"], pools, user, folder));

    private string Refused() => Assert.Throws<UsageException>(() => Choose()).Message;
}
