namespace HilTests;

/// <summary>Whoever dies, the board ends cold (plan §1: mine ≤ 2 s, guard ≤ 3 s, serve unnoticed).</summary>
public sealed class MineDeaths : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void AKilledMineIsOffWithinTwoSecondsAndMinesAgain()
    {
        using var run = rig.Mining();

        var off = rig.PowerOffAfter(run, "mine", Running.SigKill);

        Assert.True(off <= TimeSpan.FromSeconds(2), $"Power went off after {off.TotalSeconds:0.00} s.");
        rig.WaitForShares(run, rig.Pool.Accepted + 3);
    }

    [Fact]
    public void AHungMineIsOffWithinTwoSeconds()
    {
        using var run = rig.Mining();

        var off = rig.PowerOffAfter(run, "mine", Running.SigStop);

        Assert.True(off <= TimeSpan.FromSeconds(2), $"Power went off after {off.TotalSeconds:0.00} s.");
    }

    public void Dispose() => rig.Dispose();
}

public sealed class GuardDeaths : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void AKilledGuardIsOffWithinThreeSecondsAndMinesAgain()
    {
        using var run = rig.Mining();

        var off = rig.PowerOffAfter(run, "guard", Running.SigKill);

        Assert.True(off <= TimeSpan.FromSeconds(3), $"Power went off after {off.TotalSeconds:0.00} s.");
        rig.WaitForShares(run, rig.Pool.Accepted + 3);
    }

    [Fact]
    public void AHungGuardIsOffWithinThreeSeconds()
    {
        using var run = rig.Mining();

        var off = rig.PowerOffAfter(run, "guard", Running.SigStop);

        Assert.True(off <= TimeSpan.FromSeconds(3), $"Power went off after {off.TotalSeconds:0.00} s.");
    }

    public void Dispose() => rig.Dispose();
}

public sealed class OtherDeaths : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void MiningDoesNotNoticeAKilledServe()
    {
        using var run = rig.Mining();
        var mine = run.Child("mine");
        var serve = run.Child("serve");

        Running.Signal(serve, Running.SigKill);

        Until.True(() => run.TryChild("serve") is { } next && next != serve, Rig.StartMax, () => run.Everything);
        rig.WaitForShares(run, rig.Pool.Accepted + 5);
        Assert.Equal(mine, run.Child("mine"));
        Assert.True(rig.World.RailOn);
        Assert.Equal(1, rig.Pool.Connections);
    }

    [Fact]
    public void AKilledSupervisorTakesEverybodyWithItAndTheBoardEndsCold()
    {
        using var run = rig.Mining();
        int[] children = [run.Child("guard"), run.Child("mine"), run.Child("serve")];

        run.Signal(Running.SigKill);

        Until.True(() => rig.IsCold, TimeSpan.FromSeconds(10), () => rig.Describe(run));
        Until.True(
            () => !children.Any(child => Directory.Exists($"/proc/{child}")),
            TimeSpan.FromSeconds(10),
            () => "a child outlived its supervisor");
    }

    public void Dispose() => rig.Dispose();
}

/// <summary>What a terminal does to everybody at once: guard must not be the one that it ends or stops.</summary>
public sealed class TerminalDeaths : IDisposable
{
    private const int SigHangUp = 1;
    private const int SigTerminalStop = 20;

    private readonly Rig rig = new();

    [Fact]
    public void ATerminalThatIsClosedLeavesAColdBoard()
    {
        using var run = rig.Mining();

        SignalAll(run, SigHangUp);

        Assert.Equal(0, run.Wait(TimeSpan.FromSeconds(20)));
        Assert.True(rig.IsCold, rig.Describe(run));
        Assert.True(Rig.LastLine(run).SafeOff);
    }

    [Fact]
    public void AStopFromTheTerminalPutsNobodyToSleepWhileTheChipsHash()
    {
        using var run = rig.Mining();

        SignalAll(run, SigTerminalStop);

        rig.WaitForShares(run, rig.Pool.Accepted + 5);
        Assert.True(rig.World.RailOn);
    }

    public void Dispose() => rig.Dispose();

    private static void SignalAll(Running run, int signal)
    {
        foreach (var process in new[] { run.Child("guard"), run.Child("mine"), run.Child("serve"), run.Id })
        {
            Running.Signal(process, signal);
        }
    }
}
