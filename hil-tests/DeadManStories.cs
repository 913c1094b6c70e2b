namespace HilTests;

/// <summary>The machine's watchdog, with a file in the device's place: is it fed, and is it put to sleep.</summary>
public sealed class DeadManStories : IDisposable
{
    private readonly Rig rig = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItIsFedWhileGuardWorksAndSleepsOnlyOverABoardThatIsColdForSure(bool railStuck)
    {
        var device = Path.Combine(rig.Folder, "watchdog");
        File.WriteAllBytes(device, []);
        using var run = rig.Mining("--watchdog", device);
        var fed = new FileInfo(device).Length;
        Until.True(() => new FileInfo(device).Length > fed, TimeSpan.FromSeconds(10), () => rig.Describe(run));
        Assert.Contains(device, rig.Status().Guard.MachineWatchdog, StringComparison.Ordinal);

        rig.Board.Faults.RailStuckOn = railStuck;
        run.Signal(Running.SigTerm);
        _ = run.Wait(TimeSpan.FromSeconds(30));

        Assert.Equal(railStuck ? 0 : 1, File.ReadAllBytes(device).Count(word => word == 'V'));
        rig.Board.Faults.RailStuckOn = false;
    }

    public void Dispose() => rig.Dispose();
}
