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
        Until.True(() => !rig.World.RailOn, TimeSpan.FromSeconds(60), () => rig.Describe(run));

        var reaction = rig.World.RailOffAt!.Value - witness.ConfirmedAt!.Value;
        Assert.InRange(reaction.TotalMilliseconds, 0, 250);
        Assert.Contains("overheated", rig.Fault(run), StringComparison.Ordinal);
    }

    public void Dispose() => rig.Dispose();
}
