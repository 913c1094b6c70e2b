using Simulator;

namespace HilTests;

/// <summary>A sensor, a fan and a rail that fail while the whole miner runs.</summary>
public sealed class HeatStories : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void SilentSensorsMeanFullFanAtOnceAndPowerOffAfterFiveSeconds()
    {
        using var run = rig.Mining();

        var at = MonotonicClock.Now;
        rig.Board.Faults.I2cDead = true;
        Until.True(() => rig.World.ResetLow, TimeSpan.FromSeconds(15), () => rig.Describe(run));
        rig.Board.Faults.I2cDead = false;

        Until.True(() => rig.IsCold, TimeSpan.FromSeconds(10), () => rig.Describe(run));
        Assert.InRange((rig.World.RailOffAt!.Value - at).TotalSeconds, 3, 20);
    }

    [Fact]
    public void AnOpenDiodeIsNeverTakenForACoolChip()
    {
        using var run = rig.Mining();

        var at = MonotonicClock.Now;
        rig.Board.Faults.SensorOpen = true;

        // Nothing else measures the chip: 5 s, where one of several would have 60.
        Until.True(() => rig.IsCold, TimeSpan.FromSeconds(65), () => rig.Describe(run));
        Assert.InRange((rig.World.RailOffAt!.Value - at).TotalSeconds, 4, 20);
        Assert.Contains("no sensor reading for", rig.Fault(run), StringComparison.Ordinal);
    }

    [Fact]
    public void AStalledFanEndsWithPowerOffAndACoolChip()
    {
        using var run = rig.Mining();

        rig.Board.Faults.FanStalled = true;

        Until.True(() => !rig.World.RailOn, TimeSpan.FromSeconds(30), () => rig.Describe(run));
        Assert.True(rig.World.HottestDegrees < 90, $"It reached {rig.World.HottestDegrees:0.0} °C.");
        Assert.Contains("fan", rig.Fault(run), StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => rig.Dispose();
}

/// <summary>The off temperature, reached by metal whose ambient no fan can help.</summary>
public sealed class HotStories : IDisposable
{
    private readonly Rig rig = new(Rig.Fast with { ThermalSpeed = 10 });

    [Fact]
    public void AHotChipIsSwitchedOffAndStaysOff()
    {
        using var run = rig.Mining();

        rig.Board.Faults.AmbientDegrees = 85;
        Until.True(() => !rig.World.RailOn, TimeSpan.FromSeconds(60), () => rig.Describe(run));
        rig.Board.Faults.AmbientDegrees = 25;

        Assert.True(rig.World.HottestDegrees < 90, $"It reached {rig.World.HottestDegrees:0.0} °C.");
        Until.Holds(() => !rig.World.RailOn, TimeSpan.FromSeconds(5), () => "the power came back by itself");
        Assert.Equal("safe-off", rig.Status().Guard.Boards[0].State);
    }

    public void Dispose() => rig.Dispose();
}
