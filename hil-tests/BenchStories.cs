using System.Text.Json;

using Firmware.Inspection;

namespace HilTests;

/// <summary>`probe` and `selftest` on a board that is well, and on boards of which one thing is wrong.</summary>
public abstract class BenchStories : IDisposable
{
    private static readonly TimeSpan TestMax = TimeSpan.FromSeconds(180);

    private protected Rig rig = new(withPool: false);

    public void Dispose()
    {
        rig.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static string[] Lines(Running test) =>
        [.. test.Output.Where(line => line.Length > 6 && line[..6] is "PASS  " or "FAIL  " or "SKIP  ")];

    private protected static string[] Failed(Running test) =>
    [
        .. Lines(test)
            .Where(line => line.StartsWith("FAIL", StringComparison.Ordinal))
            .Select(line => line[6..line.IndexOf(':', StringComparison.Ordinal)]),
    ];

    private protected Running Selftest(int exitCode, params string[] more)
    {
        using var test = new Running(Product.Binary, ["selftest", "--board", rig.Board.ConfigFile, .. more]);
        Assert.True(test.Wait(TestMax) == exitCode, test.Everything);
        return test;
    }

    private protected Running Probe(int exitCode, params string[] more)
    {
        var probe = new Running(Product.Binary, ["probe", "--board", rig.Board.ConfigFile, .. more]);
        Assert.True(probe.Wait(TimeSpan.FromSeconds(30)) == exitCode, probe.Everything);
        return probe;
    }
}

public sealed class SelftestStories : BenchStories
{
    [Fact]
    public void AHealthyBoardPassesEveryLineAndIsColdAfterwards()
    {
        var file = Path.Combine(rig.Folder, "report.json");

        var test = Selftest(0, "--json", file);

        Assert.All(Lines(test), line => Assert.StartsWith("PASS", line, StringComparison.Ordinal));
        foreach (var thing in new[]
        {
            "tps546 at 0x24", "emc2101 at 0x4C", "sensor 'chip'", "sensor 'regulator'", "fan", "rail, switched off",
            "power", "chips", "nonces", "rail, switched on", "end",
        })
        {
            Assert.Contains(Lines(test), line => line.StartsWith($"PASS  {thing}:", StringComparison.Ordinal));
        }

        var report = JsonSerializer.Deserialize(File.ReadAllBytes(file), SelftestJson.Default.SelftestReport)!;
        Assert.True(report.Passed);
        Assert.Equal(Lines(test).Length, report.Boards.Single().Findings.Length);
        Assert.True(rig.IsCold, test.Everything);
        Assert.True(rig.Board.JobsReceived > 0);
    }
}

public sealed class WrongChipsSelftestStory : BenchStories
{
    [Fact]
    public void ChipsThatComputeWrongFailTheirNonces()
    {
        rig.Board.Faults.HardwareErrorRate = 0.5;

        var test = Selftest(1);

        Assert.Equal(["nonces"], Failed(test));
        Assert.True(rig.IsCold, test.Everything);
    }
}

public sealed class SelftestFaultStories : BenchStories
{
    [Fact]
    public void AFanThatStandsIsNamedAndTheRailIsNeverSwitchedOn()
    {
        rig.Board.Faults.FanStalled = true;

        var file = Path.Combine(rig.Folder, "report.json");
        var test = Selftest(1, "--json", file);

        Assert.Equal(["fan"], Failed(test));
        Assert.DoesNotContain(Lines(test), line => line.Contains("power:", StringComparison.Ordinal));
        Assert.Equal(0, rig.Board.JobsReceived);
        var report = JsonSerializer.Deserialize(File.ReadAllBytes(file), SelftestJson.Default.SelftestReport)!;
        Assert.False(report.Passed);
        Assert.NotNull(report.Boards[0].Findings.Single(finding => finding.Outcome == Outcome.Fail).Remedy);
        Assert.True(rig.IsCold, test.Everything);
    }

    [Fact]
    public void AWrongNumberOfChipsIsNamed()
    {
        rig.Dispose();
        rig = new Rig(withPool: false, chain: new Dictionary<string, string> { ["chips"] = "2" });
        rig.Board.Faults.ChipCount = 1;

        var test = Selftest(1);

        Assert.Equal(["chips"], Failed(test));
        Assert.True(rig.IsCold, test.Everything);
    }

    [Fact]
    public void AnotherPartAtAnAddressIsNamedAndNothingIsDriven()
    {
        TakeForAnother();

        var test = Selftest(1);
        using var probe = Probe(1);

        // A part that is not driven is not proven to drive its fan fully either.
        Assert.Equal(["emc2103 at 0x4C", "end"], Failed(test));
        Assert.Equal(["emc2103 at 0x4C"], Failed(probe));
        Assert.Contains("another part", string.Join('\n', Lines(probe)), StringComparison.Ordinal);
        Assert.False(rig.World.RailOn);
    }

    [Fact]
    public void BesideGuardNeitherTouchesTheBoard()
    {
        Directory.CreateDirectory(rig.State);
        using var guard = new Running(
            Product.Binary, "guard", "--board", rig.Board.ConfigFile, "--state", rig.State);
        Until.True(
            () => guard.Errors.Any(line => line.Contains("listening", StringComparison.Ordinal)),
            Rig.StartMax,
            () => guard.Everything);

        foreach (var verb in new[] { "selftest", "probe" })
        {
            using var refused = new Running(Product.Binary, verb, "--board", rig.Board.ConfigFile);

            Assert.Equal(1, refused.Wait(TimeSpan.FromSeconds(20)));
            Assert.Contains("guard", refused.Errors[^1], StringComparison.Ordinal);
            Assert.Empty(Lines(refused));
        }
    }

    /// <summary>The board's file names another fan chip than the board has.</summary>
    private void TakeForAnother()
    {
        var file = rig.Board.ConfigFile;
        File.WriteAllText(file, File.ReadAllText(file)
            .Replace("emc2101-external", "emc2103-external1", StringComparison.Ordinal)
            .Replace("emc2101", "emc2103", StringComparison.Ordinal));
    }
}

public sealed class BrokenOffSelftestStories : BenchStories
{
    [Theory]
    [InlineData(Running.SigInt)]
    [InlineData(Running.SigTerm)]
    public void AskedToStopInTheMiddleItEndsCold(int signal)
    {
        using var test = new Running(Product.Binary, "selftest", "--board", rig.Board.ConfigFile);
        Until.True(() => rig.Board.JobsReceived > 0, Rig.StartMax, () => test.Everything);

        test.Signal(signal);

        Assert.Equal(1, test.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(["selftest"], Failed(test));
        Assert.Contains(Lines(test), line => line.StartsWith("PASS  end:", StringComparison.Ordinal));
        Assert.True(rig.IsCold, test.Everything);
    }

    [Fact]
    public void ATestThatIsKilledLeavesAColdBoard()
    {
        using var test = new Running(Product.Binary, "selftest", "--board", rig.Board.ConfigFile);
        Until.True(() => rig.Board.JobsReceived > 0, Rig.StartMax, () => test.Everything);

        Running.Signal(test.Child("selftest"), Running.SigKill);

        Assert.Equal(1, test.Wait(TimeSpan.FromSeconds(20)));
        Assert.Contains("are cold", test.Errors[^1], StringComparison.Ordinal);
        Assert.True(rig.IsCold, test.Everything);
    }
}

public sealed class ProbeStories : BenchStories
{
    [Fact]
    public void ProbeFindsEveryPartAndScansTheBridgeWhereAllowed()
    {
        using var probe = Probe(0, "--scan", "bridge", "--yes");

        Assert.Equal(2, Lines(probe).Length);
        Assert.Empty(Failed(probe));
        Assert.Contains(probe.Output, line => line.Contains("0x24  tps546", StringComparison.Ordinal));
        Assert.Contains(probe.Output, line => line.Contains("0x4C  emc2101", StringComparison.Ordinal));
        Assert.Equal(2, probe.Output.Count(line => line.StartsWith("      0x", StringComparison.Ordinal)));
    }

    [Fact]
    public void ASilentBusFailsEveryPart()
    {
        rig.Board.Faults.I2cDead = true;

        using var probe = Probe(1);

        Assert.Equal(["tps546 at 0x24", "emc2101 at 0x4C"], Failed(probe));
        Assert.All(Lines(probe), line => Assert.Contains("nothing answers", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--scan 0 --yes", "i2c-0")]
    [InlineData("--scan bridge", "--yes")]
    [InlineData("--scan everything --yes", "everything")]
    public void AScanThatNobodyAgreedToOrThatIsForbiddenIsRefused(string words, string named)
    {
        var command = $"exec {Product.Binary} probe --board {rig.Board.ConfigFile} {words} </dev/null";
        using var refused = new Running("sh", "-c", command);

        Assert.Equal(2, refused.Wait(TimeSpan.FromSeconds(20)));
        Assert.Contains(named, refused.Errors.Single(), StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Fact]
    public void ABusThatIsNotThereIsNamedAfterTheBoardWasProbed()
    {
        using var probe = Probe(1, "--scan", "63", "--yes");

        Assert.Empty(Failed(probe));
        Assert.Contains("/dev/i2c-63", probe.Errors.Single(), StringComparison.Ordinal);
    }
}
