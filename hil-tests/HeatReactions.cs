using System.Diagnostics;
using Simulator;

namespace HilTests;

/// <summary>How guard's own process reacts to heat and silence, taken from the board's side.</summary>
public sealed class HeatReactions : IDisposable
{
    private readonly Rig rig = new(Rig.Fast with { ThermalSpeed = 20 });

    [Fact]
    public void GuardLooksTwiceASecondInAProcessOfItsOwnAndCutsThePowerAQuarterOfASecondAfterTheSecondHotSample()
    {
        using var run = rig.Mining();
        Assert.NotEqual(run.Child("guard"), run.Child("mine"));
        var witness = new HeatWitness(rig.Board, offDegrees: 75);
        Until.True(() => witness.Reads > 0, TimeSpan.FromSeconds(5), () => rig.Describe(run));
        var clock = Stopwatch.StartNew();
        Until.True(() => witness.Reads > 20, TimeSpan.FromSeconds(20), () => rig.Describe(run));
        Assert.InRange(clock.Elapsed.TotalSeconds, 9, 12); // 20 of 500 ms, on a machine that does other work.

        rig.Board.Faults.AmbientDegrees = 85;
        Until.True(
            () => witness.ConfirmedAt is { } confirmed && rig.World.RailOffAt > confirmed,
            TimeSpan.FromSeconds(60),
            () => rig.Describe(run));

        var reaction = rig.World.RailOffAt!.Value - witness.ConfirmedAt!.Value;
        Assert.Contains("overheated", rig.Fault(run), StringComparison.Ordinal);
        Assert.True(
            reaction.TotalMilliseconds is >= 0 and <= 250, $"{reaction.TotalMilliseconds:0} ms\n{rig.Describe(run)}");
    }

    public void Dispose() => rig.Dispose();
}

/// <summary>Air before anything else: at the start, while it mines, and when it cools down.</summary>
public sealed class FanStories : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void FansAreFullUntilEverySensorHasAnsweredThenSlowDownByNoMoreThanFivePercentASecond()
    {
        rig.Board.Faults.SensorOpen = true;
        using var run = rig.Run();
        Until.True(() => rig.World.FanDuty >= 0.99, Rig.StartMax, () => rig.Describe(run));
        Until.Holds(
            () => rig.World.FanDuty >= 0.99 && !rig.World.RailOn,
            TimeSpan.FromSeconds(5),
            () => "the board did not wait for its sensor: " + rig.Describe(run));

        rig.Board.Faults.SensorOpen = false;
        Until.True(() => rig.World.RailOn, Rig.StartMax, () => rig.Describe(run));
        Assert.True(rig.World.FanDuty >= 0.99, rig.Describe(run));

        // The chip is cool at this clock: the fan slows down all the way, and 40 % of it take 8 s, less a tick.
        Until.True(() => rig.World.FanDuty <= 0.9, Rig.StartMax, () => rig.Describe(run));
        var clock = Stopwatch.StartNew();
        Until.True(() => rig.World.FanDuty <= 0.5, Rig.StartMax, () => rig.Describe(run));
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(7.4), $"It took {clock.Elapsed.TotalSeconds:0.0} s.");
        Until.True(() => rig.World.FanDuty <= 0.27, Rig.StartMax, () => rig.Describe(run));
        Until.Holds(() => rig.World.FanDuty >= 0.24, TimeSpan.FromSeconds(3), () => rig.Describe(run));
    }

    public void Dispose() => rig.Dispose();
}
