using Firmware.Link;

using Simulator;

namespace HilTests;

/// <summary>
/// What somebody asks for while the whole miner runs: fewer watts, a pause, another clock; and what the board draws and
/// how it starts, held against what it should.
/// </summary>
public sealed class PowerStories : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Rig rig = new();

    [Fact]
    public void ALimitOfWattsIsKeptAndAPauseIsColdAndNoFault()
    {
        using var run = rig.Mining();
        Until.True(() => rig.World.Watts > 7, Patience, () => rig.Describe(run));

        Set("power_limit=5", exitCode: 0);
        Until.True(() => rig.World.Watts <= 5, Patience, () => rig.Describe(run));
        Until.Holds(() => rig.World.Watts <= 5, TimeSpan.FromSeconds(5), () => $"It draws {rig.World.Watts} W.");

        Set("paused=true", exitCode: 0);
        Until.True(() => !rig.World.RailOn, Patience, () => rig.Describe(run));
        Until.True(() => Board is { State: "idle", Fault: null }, Patience, () => "not idle");

        Set("paused=false", exitCode: 0);
        Until.True(() => rig.World.RailOn && rig.World.HashRate > 0, Patience, () => rig.Describe(run));
        Assert.Contains("power_limit = 5", File.ReadAllText(Path.Combine(rig.State, "guard.toml")));
    }

    [Fact]
    public void NobodyGetsALimitRaisedBeyondTheBoards()
    {
        using var run = rig.Mining();

        Assert.Contains("which a setting may only lower", Set("sensor.chip.off=80", exitCode: 1));
        Assert.Contains("allowed here: 50 to 625", Set("megahertz=700", exitCode: 1));
    }

    [Fact]
    public void WattsThatClockVoltageAndResultsDoNotExplainForTenSecondsSwitchTheBoardOff()
    {
        using var run = rig.Mining();
        Until.True(() => rig.World.Watts > 7, Patience, () => rig.Describe(run));

        var at = MonotonicClock.Now;
        rig.Board.Faults.LeakWatts = 12; // About 20 W in all, where the board may draw 40.
        Until.True(() => rig.IsCold, Patience, () => rig.Describe(run));

        Assert.True(rig.World.RailOffAt - at > TimeSpan.FromSeconds(10), "A moment's watts have switched it off.");
        Assert.Contains("and its results explain", rig.Fault(run), StringComparison.Ordinal);
    }

    [Fact]
    public void AClockOnTrialIsTakenBackByTheNextGuardWhereGuardDies()
    {
        using var run = rig.Mining();
        var settings = Path.Combine(rig.State, "guard.toml");

        Set("megahertz=150", exitCode: 0);
        Until.True(() => rig.World.Megahertz is > 0 and < 151, Patience, () => rig.Describe(run));
        Until.True(
            () => Text(settings).Contains("[[trial]]", StringComparison.Ordinal), Patience, () => Text(settings));
        Running.Signal(run.Child("guard"), Running.SigKill);

        Until.True(() => rig.World.Megahertz > 199, Rig.StartMax, () => rig.Describe(run));
        Assert.StartsWith(
            "rolled back: megahertz = 150, because it had not proven itself",
            Board.Operation?.Trial,
            StringComparison.Ordinal);
        Until.True(
            () => !Text(settings).Contains("150", StringComparison.Ordinal), Patience, () => Text(settings));
    }

    [Fact]
    public void AfterThreeFailedStartsTheBoardHasItsSafeProfileAndSaysSo()
    {
        rig.Board.Faults.RailTripped = true;
        using var run = rig.Run();
        for (var failed = 1; failed <= 3; failed++)
        {
            Until.True(
                () => Board.Fault is not null && Board.Recovery?.FailedStarts == failed,
                Patience,
                () => rig.Describe(run));
            Assert.StartsWith("bring-up failed: ", Board.Fault, StringComparison.Ordinal);
            rig.Board.Faults.RailTripped = failed < 3;
            Clear();
        }

        rig.WaitForShares(run, atLeast: 1);
        Assert.Equal(100, rig.World.Megahertz, tolerance: 1); // Half of what the board is set to.
        Assert.Contains(
            "instead of 200 MHz: 3 starts in a row have failed: the safe profile",
            Board.Recovery?.Lowered,
            StringComparison.Ordinal);
    }

    public void Dispose() => rig.Dispose();

    private BoardGuardStatus Board => rig.Status().Guard.Boards[0];

    private static string Text(string file) => File.Exists(file) ? File.ReadAllText(file) : "no settings";

    private void Clear()
    {
        using var clear = new Running(Product.Binary, "faults", "--state", rig.State, "--clear");
        Assert.True(clear.Wait(Patience) == 0, clear.Everything);
    }

    private string Set(string setting, int exitCode)
    {
        using var set = new Running(Product.Binary, "set", "--state", rig.State, setting);
        Assert.Equal(exitCode, set.Wait(Patience));
        return set.Everything;
    }
}
