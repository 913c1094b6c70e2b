namespace HilTests;

/// <summary>
/// Pools that differ, within the protocol: the shares go on coming, and none is refused for our sake.
/// </summary>
public sealed class ScenarioStories : IDisposable
{
    private readonly Rig rig = new(withPool: false);

    [Theory]
    [InlineData("group-addressing")]
    [InlineData("extension-frames")]
    public void SharesComeAndNoneIsRefusedForAReasonOfOurs(string scenario) => Tell(scenario, rig);

    public void Dispose() => rig.Dispose();

    internal static void Tell(string scenario, Rig rig)
    {
        var pool = rig.Play(scenario);
        using var run = rig.Run();

        // Ten seconds' worth: past several blocks, prefixes or hundreds of foreign frames.
        rig.WaitForShares(run, atLeast: 20);

        rig.AssertAllOursAccepted(pool, run);
        Assert.Equal(1, pool.Connections);
    }
}

/// <summary>The same on extended channels. Classes run beside each other; the stories of one class do not.</summary>
public sealed class ExtendedScenarioStories : IDisposable
{
    private readonly Rig rig = new(withPool: false);

    [Theory]
    [InlineData("requires-extended")]
    [InlineData("set-extranonce-prefix-live")]
    public void SharesComeAndNoneIsRefusedForAReasonOfOurs(string scenario) => ScenarioStories.Tell(scenario, rig);

    public void Dispose() => rig.Dispose();
}

/// <summary>What a pool may end or ask to begin anew: the shares come again.</summary>
public sealed class InterruptionStories : IDisposable
{
    private readonly Rig rig = new(withPool: false);

    [Theory]
    [InlineData("reconnect-same")]
    [InlineData("close-channel")]
    public void AfterTheInterruptionSharesComeAgain(string scenario)
    {
        var pool = rig.Play(scenario);
        using var run = rig.Run();
        rig.WaitForShares(run, atLeast: 1);
        Until.True(
            () => pool.Ledger.Interruptions > 0, Rig.StartMax, () => $"no interruption; {rig.Describe(run)}");
        var before = pool.Accepted;

        rig.WaitForShares(run, atLeast: before + 5);

        rig.AssertAllOursAccepted(pool, run);
        Assert.InRange(pool.Connections, scenario == "reconnect-same" ? 2 : 1, 2);
    }

    public void Dispose() => rig.Dispose();
}

/// <summary>Everything at once.</summary>
public sealed class StormStories : IDisposable
{
    private readonly Rig rig = new(withPool: false);

    [Fact]
    public void InTwentySecondsOfStormNoShareOfAnEndedJobComesLaterThanAQuarterOfASecond()
    {
        var pool = rig.Play("storm");
        using var run = rig.Run("--seconds", "20");

        Assert.Equal(0, run.Wait(TimeSpan.FromSeconds(120)));

        rig.AssertAllOursAccepted(pool, run);
        var lateness = pool.Ledger.WorstLateness ?? TimeSpan.Zero;
        Assert.True(lateness <= TimeSpan.FromMilliseconds(250), $"{pool.Ledger}; {rig.Describe(run)}");
        Assert.True(pool.Accepted >= 5, rig.Describe(run)); // 40 where nothing interrupts; all but 5 is 5.5 sigma.
    }

    public void Dispose() => rig.Dispose();
}

/// <summary>What a flood of frames that nobody knows costs the process that reads them.</summary>
public sealed class FloodStories(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private const int SealedFrame = 22 + 4 + 16;

    private readonly Rig rig = new(withPool: false);

    [Fact]
    public void AThousandUnknownFramesASecondForTenSecondsCostLessThanATwentiethOfACoreAndNoMemory()
    {
        var pool = rig.Play("unknown-flood");
        using var run = rig.Mining();
        var mine = run.Child("mine");
        var (before, bytes, started) = (ProcessUse.Of(mine), pool.Ledger.BytesOut, pool.Now);
        var connections = pool.Connections; // On a busy machine the first may have taken too long to come about.

        Until.Holds(() => pool.Connections == connections, TimeSpan.FromSeconds(10), () => rig.Describe(run));

        var after = ProcessUse.Of(mine);
        var seconds = (pool.Now - started).TotalSeconds;
        var core = (after.Processor - before.Processor).TotalSeconds / seconds;
        var grown = after.ResidentBytes - before.ResidentBytes;
        var frames = (pool.Ledger.BytesOut - bytes) / SealedFrame;
        var figures = $"{frames} frames in {seconds:0.0} s: {core:P2} of a core, {grown / 1024} KiB more memory";
        output.WriteLine(figures);
        Assert.True(frames >= 9000, figures);
        Assert.True(core < 0.05, figures);
        Assert.True(grown <= 512 * 1024, figures); // A page here and there: 10 000 frames kept are more.
        rig.WaitForShares(run, pool.Accepted + 1);
    }

    public void Dispose() => rig.Dispose();
}
