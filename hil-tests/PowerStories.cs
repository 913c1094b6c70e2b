namespace HilTests;

/// <summary>What somebody asks for while the whole miner runs: fewer watts, and a pause.</summary>
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
        Until.True(() => rig.Status().Guard.Boards[0] is { State: "idle", Fault: null }, Patience, () => "not idle");

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

    public void Dispose() => rig.Dispose();

    private string Set(string setting, int exitCode)
    {
        using var set = new Running(Product.Binary, "set", "--state", rig.State, setting);
        Assert.Equal(exitCode, set.Wait(Patience));
        return set.Everything;
    }
}
