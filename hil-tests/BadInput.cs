namespace HilTests;

/// <summary>What is wrong is named in one sentence with its remedy; nothing half-started is left.</summary>
public sealed class BadInput : IDisposable
{
    /// <summary>The test authority of the fixed-key handshake vector: scalar 0x44 repeated.</summary>
    private const string Key = "9axyEG5bASfivgHzqZTvGPnforoki8Z1qXvSAe6CbAK3wFAVETn";

    private readonly Rig rig = new(withPool: false);

    [Theory]
    [InlineData("http://127.0.0.1:1/x", "stratum2+tcp")]
    [InlineData("stratum2+tcp://127.0.0.1/" + Key, "port")]
    [InlineData("stratum2+tcp://127.0.0.1:1/9axyEG5bASfivgHzqZTvGPnforoki8Z1qXvSAe6CbAK3wFAVETm", "key")]
    [InlineData("stratum2+tcp://203.0.113.5:3333", "insecure")]
    public void AWrongPoolUrlIsRefusedWithExitCodeTwo(string url, string named) =>
        Refused(2, named, ["run", "--pool", url, .. rig.Arguments()]);

    [Fact]
    public void AMissingBoardFileIsRefusedWithExitCodeTwo() =>
        Refused(2, "/no/such.toml", RunOf("/no/such.toml"));

    [Fact]
    public void AWrongConfigKeyIsNamedWithFileAndLine()
    {
        var file = Path.Combine(rig.Folder, "typo.toml");
        File.WriteAllText(file, File.ReadAllText(rig.Board.ConfigFile)
            .Replace("megahertz_max", "megaherz_max", StringComparison.Ordinal));

        Refused(2, "megaherz_max", RunOf(file));
    }

    [Fact]
    public void ADeviceThatIsNotThereIsNamedWithExitCodeOne()
    {
        var file = Path.Combine(rig.Folder, "gone.toml");
        File.WriteAllText(file, File.ReadAllText(rig.Board.ConfigFile)
            .Replace(rig.Board.ControlPort, "/dev/no-such-port", StringComparison.Ordinal));

        Refused(1, "/dev/no-such-port", RunOf(file));
    }

    [Theory]
    [InlineData("piaxe.toml")]
    [InlineData("example-minimal.toml")]
    [InlineData("s19j-pro-libre.toml")]
    public void ABusThatThisMachineDoesNotHaveIsNamedWithExitCodeOne(string board)
    {
        var file = Path.Combine(rig.Folder, board);
        File.WriteAllLines(file, File.ReadLines(Product.BoardFile(board)).Select(line =>
            line.StartsWith("device = ", StringComparison.Ordinal) ? $"device = \"{rig.Board.DataPort}\""
            : line.StartsWith("bus = ", StringComparison.Ordinal) ? "bus = 25" + line["bus = ".Length..]
            : line));

        Refused(1, "there is no /dev/i2c-25", RunOf(file));
    }

    [Fact]
    public void APoolThatIsNotThereIsNamedWithExitCodeOneAndTheBoardIsCold()
    {
        Refused(1, "127.0.0.1:1", ["run", "--pool", Pool(1), .. rig.Arguments(), "--start-within", "30"]);

        Assert.True(rig.IsCold);
    }

    [Fact]
    public void AWrongKeyInTheSettingsIsNamedWithFileAndLine()
    {
        Directory.CreateDirectory(rig.State);
        var file = Path.Combine(rig.State, "mine.toml");
        File.WriteAllText(file, "[[pool]]\nname = \"braiins\"\nuser = \"an.na\"\nchanel = \"auto\"\n");

        Refused(2, $"{file}:4: unknown key 'chanel'", ["run", .. rig.Arguments()]);
    }

    [Theory]
    [InlineData("sri-test", "test key")]
    [InlineData("stratum2+tcp+insecure://203.0.113.5:3333", "no authority key")]
    [InlineData("ocean", "no Stratum V2")]
    [InlineData("brains", "sv2fw pools")]
    public void APoolThatNothingProvesOrThatIsNoneIsRefusedBeforeAnythingIsSwitchedOn(string pool, string named)
    {
        Refused(2, named, ["run", "--pool", pool, .. rig.Arguments()]);

        Assert.False(rig.World.RailOn);
    }

    public void Dispose() => rig.Dispose();

    private static string Pool(int port) => $"stratum2+tcp://127.0.0.1:{port}/{Key}";

    private string[] RunOf(string boardFile) =>
    [
        "run", "--board", boardFile, "--pool", Pool(1), "--user", "an.na",
        "--state", rig.State, "--http", "127.0.0.1:0",
    ];

    private static void Refused(int exitCode, string named, params string[] arguments)
    {
        using var run = new Running(Product.Binary, arguments);

        Assert.Equal(exitCode, run.Wait(TimeSpan.FromSeconds(60)));
        var sentence = Assert.Single(run.Errors, line => line.StartsWith("sv2fw: ", StringComparison.Ordinal));
        Assert.Contains(named, sentence, StringComparison.Ordinal);
        Assert.Null(run.TryChild("guard"));
    }
}
