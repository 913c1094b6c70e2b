namespace Firmware.Pool;

/// <summary>Starts that cannot be: each is one sentence that names the thing, and nothing stays behind.</summary>
public sealed class MineCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mine").FullName;

    [Fact]
    public void WithoutAPoolThereIsNothingToDo() =>
        Assert.Contains("--pool", Refused<UsageException>(pools: []).Message, StringComparison.Ordinal);

    [Fact]
    public void AUserNameThatNoPoolTakesIsRefused() => Assert.Contains(
        "--user", Refused<UsageException>(user: new string('ü', 128)).Message, StringComparison.Ordinal);

    [Fact]
    public void ABoardFileThatIsNotThereIsNamed() => Assert.Contains(
        "nowhere.toml", Refused<UsageException>(board: "nowhere.toml").Message, StringComparison.Ordinal);

    [Fact]
    public void ABoardWhosePortIsNotThereIsAFailureToStartAndLeavesNoSocket()
    {
        var board = Path.Combine(folder, "board.toml");
        File.WriteAllText(board, BoardText("/dev/no-such-port"));

        var refusal = Refused<StartException>(board: board);

        Assert.Contains("/dev/no-such-port", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "*.sock"));
    }

    [Fact]
    public void ManyBoardsWithLongNamesAreCutToWhatAPoolTakesAndNotInTheMiddleOfACharacter()
    {
        Assert.Equal("Bitaxe Gamma 601", MineCommand.Fitting("Bitaxe Gamma 601"));
        Assert.Equal(new string('x', 255), MineCommand.Fitting(new string('x', 256)));
        Assert.Equal(new string('x', 254), MineCommand.Fitting(new string('x', 254) + "äö"));
        Assert.Equal(new string('ä', 127), MineCommand.Fitting(new string('ä', 200)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The Gamma's file with explicit ports in the place of the bridge's identity.</summary>
    private static string BoardText(string port)
    {
        var lines = File.ReadAllLines(Path.Combine(Root(), "board-configs", "bitaxe-gamma-601.toml"));
        return string.Join('\n', lines.Select(line => line.StartsWith("usb_product", StringComparison.Ordinal)
            ? $"control_port = \"{port}\"\ndata_port = \"{port}\"\ndialect = \"v0\""
            : line));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sv2Firmware.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private T Refused<T>(string board = "nowhere.toml", string[]? pools = null, string user = "account")
        where T : Exception => Assert.Throws<T>(() => MineCommand.Run(
            new MineOptions(
                [board],
                pools ?? ["stratum2+tcp+insecure://localhost:3333"],
                user,
                folder),
            CancellationToken.None));
}
