namespace Firmware.Link;

public sealed class WatchdogTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string directory = Directory.CreateTempSubdirectory("watchdog").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void ThreeWordsArriveAtAPath() => AssertAllArrive(Path.Combine(directory, "guard.notify"));

    [Fact]
    public void ThreeWordsArriveAtAnAbstractName() => AssertAllArrive($"@sv2fw/test/{Guid.NewGuid()}");

    [Fact]
    public void AListenerTakesOverAPathThatADeadPredecessorLeft()
    {
        var path = Path.Combine(directory, "guard.notify");
        using (new WatchdogListener(path))
        {
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        using var listener = new WatchdogListener(path);
        using var watchdog = new Watchdog(path);

        watchdog.Alive();

        Assert.Equal(SignOfLife.Alive, listener.Wait(Deadline));
    }

    [Fact]
    public void AFileThatIsNoSocketIsNotRemoved()
    {
        var path = Path.Combine(directory, "precious");
        File.WriteAllText(path, "");

        Assert.Throws<StartException>(() => new WatchdogListener(path));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void SilenceIsNoSignOfLife()
    {
        using var listener = new WatchdogListener(Path.Combine(directory, "guard.notify"));

        Assert.Equal(SignOfLife.None, listener.Wait(TimeSpan.Zero));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/no/such/socket")]
    [InlineData("@nobody-listens-there")]
    public void NobodyListeningIsNoTrouble(string? path)
    {
        using var watchdog = new Watchdog(path);

        Assert.Null(Record.Exception(() =>
        {
            watchdog.Ready("two\nlines");
            watchdog.Alive();
            watchdog.Stopping();
        }));
    }

    [Fact]
    public void AListenerThatNeverReadsDoesNotBlock()
    {
        var path = Path.Combine(directory, "guard.notify");
        using var listener = new WatchdogListener(path);
        using var watchdog = new Watchdog(path);

        for (var i = 0; i < 5000; i++)
        {
            watchdog.Alive();
        }

        Assert.Equal(SignOfLife.Alive, listener.Wait(Deadline));
    }

    [Fact]
    public void AStatusCannotForgeAWord()
    {
        var path = Path.Combine(directory, "guard.notify");
        using var listener = new WatchdogListener(path);
        using var watchdog = new Watchdog(path);

        watchdog.Ready("mining\nSTOPPING=1");

        Assert.Equal(SignOfLife.Ready, listener.Wait(Deadline));
    }

    private static void AssertAllArrive(string path)
    {
        using var listener = new WatchdogListener(path);
        using var watchdog = new Watchdog(path);

        watchdog.Ready("one board");
        Assert.Equal(SignOfLife.Ready, listener.Wait(Deadline));
        watchdog.Alive();
        Assert.Equal(SignOfLife.Alive, listener.Wait(Deadline));
        watchdog.Stopping();
        Assert.Equal(SignOfLife.Stopping, listener.Wait(Deadline));
    }
}
