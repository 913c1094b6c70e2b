using Simulator;

namespace HilTests;

/// <summary>
/// Processes that end or hang, alone and in pairs: mine ≤ 2 s, guard ≤ 3 s, serve unnoticed (plan §1). One miner lives
/// through all of it: guard may fall three times in ten minutes, no oftener.
/// </summary>
public abstract class PairedDeaths : IDisposable
{
    private static readonly TimeSpan MineMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GuardMax = TimeSpan.FromSeconds(3);

    private readonly Rig rig;

    private protected PairedDeaths(params string[] runner) => rig = new Rig { Runner = runner };

    public void Dispose()
    {
        rig.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static void Stop(int process, string verb) => Running.Signal(process, Running.SigStop);

    /// <summary>The thread that does the work of the process, in a loop without an end.</summary>
    private protected static void Spin(int process, string verb) =>
        BusyLoop.Begin(process, verb switch { "mine" => "chain", "guard" => "guard", _ => null });

    /// <param name="end">Ends the process that runs a verb.</param>
    private protected void LiveThroughAll(string how, Action<int, string> end, params string[][] deaths)
    {
        using var run = rig.Mining();
        foreach (var verbs in deaths)
        {
            if (verbs is ["serve"])
            {
                AssertUndisturbed(run, end, how);
            }
            else
            {
                AssertColdWithin(verbs.Contains("guard") ? GuardMax : MineMax, run, end, how, verbs);
            }
        }
    }

    private void AssertUndisturbed(Running run, Action<int, string> end, string how)
    {
        var (mine, serve) = (run.Child("mine"), run.Child("serve"));
        end(serve, "serve");

        Until.True(
            () => run.TryChild("serve") is { } next && next != serve,
            Rig.StartMax,
            () => $"serve, {how}, was not started again: {run.Everything}");
        rig.WaitForShares(run, rig.Pool.Accepted + 2);
        Assert.Equal(mine, run.Child("mine"));
        Assert.True(rig.World.RailOn, $"serve, {how}, cost the board its power: {rig.Describe(run)}");
        Assert.Equal(1, rig.Pool.Connections);
    }

    private void AssertColdWithin(
        TimeSpan most, Running run, Action<int, string> end, string how, string[] verbs)
    {
        var who = string.Join(" and ", verbs);
        var children = Array.ConvertAll(verbs, run.Child);
        var at = MonotonicClock.Now;
        foreach (var (child, verb) in children.Zip(verbs))
        {
            end(child, verb);
        }

        Until.True(() => rig.World.RailOffAt > at, TimeSpan.FromSeconds(20), () => "still on: " + rig.Describe(run));
        var off = rig.World.RailOffAt!.Value - at;
        Assert.True(off <= most, $"{who} {how}: power went off after {off.TotalSeconds:0.00} s.");
        Until.True(
            () => Array.TrueForAll(verbs, verb => run.TryChild(verb) is { } next && !children.Contains(next)),
            Rig.StartMax,
            () => $"{who} {how}, and not started again: {run.Everything}");
        rig.WaitForShares(run, rig.Pool.Accepted + 2);
    }
}

public sealed class KilledPairs : PairedDeaths
{
    [Fact]
    public void PairsOfKilledProcessesLeaveAColdBoardThatMinesAgain() => LiveThroughAll(
        "killed",
        (process, _) => Running.Signal(process, Running.SigKill),
        ["mine", "serve"], ["guard", "serve"], ["guard", "mine"]);
}

public sealed class StoppedServe : PairedDeaths
{
    [Fact]
    public void AStoppedServeAloneDisturbsNobodyAndWithAStoppedMineLeavesAColdBoardThatMinesAgain() =>
        LiveThroughAll("stopped", Stop, ["serve"], ["mine", "serve"]);
}

public sealed class StoppedGuardPairs : PairedDeaths
{
    [Fact]
    public void PairsOfStoppedProcessesLeaveAColdBoardThatMinesAgain() =>
        LiveThroughAll("stopped", Stop, ["guard", "serve"], ["guard", "mine"]);
}

public sealed class SpinningProcesses() : PairedDeaths(Product.WaitsItsTurn)
{
    [Fact]
    public void AThreadThatSpinsInMineOrGuardLeavesAColdBoardAndInServeDisturbsNobody() =>
        LiveThroughAll("spinning", Spin, ["serve"], ["mine"], ["guard"]);
}

public sealed class SpinningPairs() : PairedDeaths(Product.WaitsItsTurn)
{
    [Fact]
    public void PairsOfProcessesWithSpinningThreadsLeaveAColdBoardThatMinesAgain() =>
        LiveThroughAll("spinning", Spin, ["mine", "serve"], ["guard", "serve"], ["guard", "mine"]);
}

/// <summary>
/// guard goes before every ordinary thread, and boards with one core exist: told alone, for it takes that core.
/// </summary>
[Collection(Alone.Name)]
public sealed class OneCore() : PairedDeaths("taskset", "--cpu-list", "0")
{
    [Fact]
    public void AGuardThatSpinsOnTheOnlyCoreIsEndedAllTheSameAndTheBoardIsColdAndMinesAgain() =>
        LiveThroughAll("spinning on the only core", Spin, ["guard"]);
}

/// <summary>Told after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
