using System.Diagnostics;

using Drivers.Hashing;

using TestPool;

namespace HilTests;

/// <summary>The cores of this machine as a board: only the pool is simulated, and the difficulty is real.</summary>
public sealed class CpuStories : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cpu").FullName;
    private readonly PoolServer pool = PoolServer.Start(new PoolOptions { Seed = 7, SharesPerMinute = 600 });

    /// <summary>One core, without standing back: a story has neighbours, and a deadline.</summary>
    public CpuStories() => File.WriteAllText(
        BoardFile,
        File.ReadAllText(Product.BoardFile("cpu.toml"))
            .Replace("duty_percent = 50", "duty_percent = 100\nthreads = 1\nnice = 0", StringComparison.Ordinal));

    private string BoardFile => Path.Combine(folder, "cpu.toml");

    private string State => Path.Combine(folder, "state");

    private bool Hashes => !HashingLock.IsFree(BoardFile);

    [Fact]
    public void AnyMachineMinesAndEndsStill()
    {
        using var run = Run();
        WaitForShares(run, 60);
        Assert.True(Hashes);

        run.Signal(Running.SigInt);

        Assert.Equal(0, run.Wait(TimeSpan.FromSeconds(30)));
        Assert.False(Hashes);
        var last = Rig.LastLine(run);
        Assert.True(last.SafeOff, run.Everything);
        Assert.Equal(0, last.HardwareErrors);
        Assert.Equal(pool.Ledger.Late, pool.Ledger.Rejected);
        Assert.Contains("cpu: safe: nothing hashes", run.Everything, StringComparison.Ordinal);
        Assert.Contains("  100 % duty", run.Everything, StringComparison.Ordinal); // Not 100 MHz.
    }

    [Theory]
    [InlineData("guard", Running.SigKill)]
    [InlineData("guard", Running.SigStop)]
    [InlineData("mine", Running.SigKill)]
    public void WhoeverDiesTheHashingEndsAndBeginsAgain(string verb, int signal)
    {
        using var run = Run();
        WaitForShares(run, 3);

        var begun = Stopwatch.GetTimestamp();
        Running.Signal(run.Child(verb), signal);

        Until.True(() => !Hashes, TimeSpan.FromSeconds(20), () => "It hashes on: " + run.Everything);
        var took = Stopwatch.GetElapsedTime(begun);
        Assert.True(took < TimeSpan.FromSeconds(3), $"It hashed on for {took.TotalSeconds:0.00} s.");
        WaitForShares(run, pool.Accepted + 3);
    }

    [Fact]
    public void WhereTheSensorIsNotThereNothingHashesAndTheLineSaysWhy()
    {
        File.AppendAllText(
            BoardFile,
            "[[sensor]]\nname = \"nowhere\"\npart = \"thermal-zone\"\nzone = \"no such zone\"\n"
            + "target = 60\ncritical = 70\noff = 80\n");
        using var run = Run();

        Until.True(
            () => run.Output.Any(line => line.Contains("nowhere: no answer", StringComparison.Ordinal)),
            Rig.StartMax,
            () => run.Everything);
        Until.Holds(() => !Hashes, TimeSpan.FromSeconds(2), () => run.Everything);
    }

    /// <summary>
    /// No AVX at all (2008), and arm64 with the crypto extension: paths that this machine would not choose. The pool
    /// hashes with a library of its own, so a path that hashes wrongly has no share accepted.
    /// </summary>
    [Theory]
    [InlineData("qemu-x86_64-static", "-cpu", "Nehalem")]
    [InlineData(Product.Qemu, "-L", Product.ArmRoot)]
    public void OtherCpusMineOnOtherPaths(string emulator, string option, string value)
    {
        var binary = emulator == Product.Qemu ? Product.ArmBinary : Product.Binary;
        string[] board = ["--board", BoardFile, "--state", State];
        Directory.CreateDirectory(State);
        string[] emulated = [.. Product.WaitsItsTurn, emulator, option, value, binary];
        using var guard = new Running([.. emulated, "guard", .. board]);
        using var mine = new Running([.. emulated, "mine", .. board, "--pool", pool.Url, "--user", "digger.cpu"]);

        Until.True(
            () => pool.Accepted >= 3, Rig.StartMax * 2, () => guard.Everything + "\n" + mine.Everything);

        mine.Signal(Running.SigTerm);
        Assert.Equal(0, mine.Wait(TimeSpan.FromSeconds(30)));
        Assert.False(Hashes);
        guard.Signal(Running.SigTerm);
        Assert.Equal(0, guard.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal(pool.Ledger.Late, pool.Ledger.Rejected);
    }

    public void Dispose()
    {
        pool.DisposeAsync().AsTask().Wait();
        Directory.Delete(folder, recursive: true);
    }

    private Running Run() => new(
        Product.Binary,
        "run", "--board", BoardFile, "--pool", pool.Url, "--user", "digger.cpu", "--state", State,
        "--http", "127.0.0.1:0");

    private void WaitForShares(Running run, long atLeast) => Until.True(
        () => pool.Accepted >= atLeast || run.HasExited,
        Rig.StartMax * 4,
        () => $"{pool.Accepted} shares of {atLeast}; {run.Everything}");
}
