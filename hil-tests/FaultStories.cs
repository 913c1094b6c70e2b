namespace HilTests;

/// <summary>A fault that ended the work of a board outlives whoever saw it, until a person has looked.</summary>
public abstract class FaultStories : IDisposable
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private protected readonly Rig rig;

    private protected FaultStories(params string[] runner) => rig = new Rig { Runner = runner };

    private protected string Board => Path.GetFileNameWithoutExtension(rig.Board.ConfigFile);

    private protected string Record => Path.Combine(rig.State, "faults", Board + ".json");

    public void Dispose()
    {
        rig.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stalls the fan until that ends the work, and lets it turn again. What guard says it was.</summary>
    private protected string Stall(Running run)
    {
        rig.Board.Faults.FanStalled = true;
        Until.True(() => !rig.World.RailOn, Patience, () => rig.Describe(run));
        var fault = rig.Fault(run);
        rig.Board.Faults.FanStalled = false;
        return fault;
    }

    private protected string Faults(params string[] words)
    {
        using var faults = new Running(Product.Binary, ["faults", "--state", rig.State, .. words]);
        Assert.True(faults.Wait(Patience) == 0, faults.Everything);
        return string.Join('\n', faults.Output);
    }
}

public sealed class KeptFaultStories : FaultStories
{
    [Fact]
    public void AKilledGuardComesBackWithTheFaultAndAPersonsWordMakesTheBoardMineAgain()
    {
        using var run = rig.Mining();
        var fault = Stall(run);
        var guard = run.Child("guard");

        Running.Signal(guard, Running.SigKill);

        Until.True(() => run.TryChild("guard") is { } next && next != guard, Patience, () => run.Everything);
        Assert.Equal(fault, rig.Fault(run));
        Until.Holds(() => !rig.World.RailOn, TimeSpan.FromSeconds(5), () => rig.Describe(run));
        var shown = Faults();
        Assert.Contains($"{Board}: OFF: {fault}", shown, StringComparison.Ordinal);
        Assert.Contains("ticks, all of them with --json", shown, StringComparison.Ordinal);
        Assert.Contains($"sv2fw faults --clear {Board}", shown, StringComparison.Ordinal);

        Assert.Contains("It may start again.", Faults("--clear", Board), StringComparison.Ordinal);

        rig.WaitForShares(run, rig.Pool.Accepted + 3);
        Assert.Contains("No fault is latched.", Faults(), StringComparison.Ordinal);
        Assert.Contains("last fault, no longer latched", Faults(), StringComparison.Ordinal);
    }
}

public sealed class FaultAfterEverybodyStories : FaultStories
{
    [Fact]
    public void WhereEverybodyDiesAtOnceTheFaultIsOnTheFlashAndIsClearedWithoutGuardToo()
    {
        string fault;
        using (var run = rig.Mining())
        {
            fault = Stall(run);
            run.Signal(Running.SigKill);
            Until.True(() => rig.IsCold, Patience, () => rig.Describe(run));
            run.Wait(Patience);
        }

        using (var run = rig.Run())
        {
            Assert.Equal(fault, rig.Fault(run));
            Until.Holds(() => !rig.World.RailOn, TimeSpan.FromSeconds(5), () => rig.Describe(run));
            run.Signal(Running.SigTerm);
            Assert.Equal(0, run.Wait(Patience));
        }

        Assert.Contains(fault, Faults("--clear"), StringComparison.Ordinal);
        using var last = rig.Run();
        rig.WaitForShares(last, rig.Pool.Accepted + 3);
    }
}

public sealed class FaultRecordStories : FaultStories
{
    [Fact]
    public void ARecordThatIsDamagedKeepsTheBoardOff()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Record)!);
        File.WriteAllBytes(Record, new byte[512]);

        using var run = rig.Run();

        Assert.Contains("cannot be read", rig.Fault(run), StringComparison.Ordinal);
        Until.Holds(() => !rig.World.RailOn, TimeSpan.FromSeconds(5), () => rig.Describe(run));
        Assert.Contains("What it was is not known", Faults(), StringComparison.Ordinal);
        _ = Faults("--clear");
        rig.WaitForShares(run, 3);
    }

    [Fact]
    public void AFlashThatTakesNothingStopsNoMiningAndIsSaid()
    {
        Directory.CreateDirectory(rig.State);
        File.WriteAllText(Path.Combine(rig.State, "faults"), "in the way");
        using var run = rig.Mining();

        Assert.NotNull(rig.Status().Guard.Boards[0].Recovery?.NotKept);
        Assert.Contains("could not be kept", run.Everything, StringComparison.Ordinal);
        var fault = Stall(run);
        Assert.Contains("kept        NO", Faults(), StringComparison.Ordinal);
        Assert.Contains(fault, Faults(), StringComparison.Ordinal);
    }
}

/// <summary>
/// guard goes before every ordinary thread, its own included: what it waits for on the only core must be able to run.
/// Told alone, for it takes that core.
/// </summary>
[Collection(Alone.Name)]
public sealed class OneCoreFaultStories() : FaultStories("taskset", "--cpu-list", "0")
{
    [Fact]
    public void OnTheOnlyCoreGuardKeepsStartsAndFaultsOnFlashAndNoTickIsLate()
    {
        using var run = rig.Mining();

        var fault = Stall(run);

        Until.True(() => File.Exists(Record), Patience, () => "not kept: " + run.Everything);
        Assert.True(File.Exists(Path.Combine(rig.State, "faults", "starts", Board + ".json")), run.Everything);
        Assert.Contains(fault, Faults(), StringComparison.Ordinal);
        Assert.DoesNotContain(run.Errors, line => line.Contains("a tick took", StringComparison.Ordinal));
    }
}
