namespace HilTests;

/// <summary>The arm64 binary under qemu-aarch64: guard and mine, as a package would start them.</summary>
public sealed class ArmStories : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void TheArm64BinaryMines()
    {
        // qemu-user knows no termios2, so the port stays at the standard rate that the chip starts with.
        var file = rig.Board.ConfigFile;
        File.WriteAllText(
            file, File.ReadAllText(file).Replace("baud = 1_000_000", "baud = 115_200", StringComparison.Ordinal));
        string[] board = ["--board", file, "--state", rig.State];
        Directory.CreateDirectory(rig.State);
        string[] emulated = [.. Product.WaitsItsTurn, Product.Qemu, "-L", Product.ArmRoot, Product.ArmBinary];
        using var guard = new Running([.. emulated, "guard", .. board]);
        using var mine = new Running(
            [.. emulated, "mine", .. board, "--pool", rig.Pool.Url, "--user", "digger.arm"]);

        Until.True(
            () => rig.Pool.Accepted >= 3,
            Rig.StartMax * 2,
            () => rig.Describe(guard) + "\n" + mine.Everything);

        mine.Signal(Running.SigTerm);
        Assert.Equal(0, mine.Wait(TimeSpan.FromSeconds(20)));
        guard.Signal(Running.SigTerm);
        Assert.Equal(0, guard.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, rig.Pool.Rejected);
        Assert.True(rig.IsCold, rig.Describe(guard));
    }

    public void Dispose() => rig.Dispose();
}

/// <summary>No OpenSSL, no ICU, no .NET: a root folder that holds libc, libsodium and the binary.</summary>
public sealed class BareStories : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void ItMinesInARootThatHoldsOnlyLibcLibsodiumAndTheBinary()
    {
        var root = Path.Combine(rig.Folder, "root");
        Furnish(root);
        var inside = "/board/" + Path.GetFileName(rig.Board.ConfigFile);
        var command = $"""
            mount --rbind /dev {root}/dev && mount --bind {rig.Folder} {root}/rig &&
            exec chroot {root} /sv2fw run --board /rig{inside} --pool {rig.Pool.Url} --user digger.bare --state /state \
                --http 127.0.0.1:0 --seconds 5
            """;
        RewritePorts();

        using var run = new Running("unshare", ["--mount", "sh", "-c", command]);

        Assert.True(run.Wait(TimeSpan.FromSeconds(90)) == 0, run.Everything);
        Assert.True(Rig.LastLine(run).SafeOff, run.Everything);
        Assert.True(rig.Pool.Accepted > 0, run.Everything);
    }

    public void Dispose() => rig.Dispose();

    private static void Furnish(string root)
    {
        foreach (var name in new[] { "dev", "rig", "state", "lib64", "lib/x86_64-linux-gnu" })
        {
            Directory.CreateDirectory(Path.Combine(root, name));
        }

        foreach (var library in new[]
        {
            "lib64/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/libc.so.6", "lib/x86_64-linux-gnu/libm.so.6",
        })
        {
            File.Copy("/" + library, Path.Combine(root, library));
        }

        File.Copy(Product.Binary, Path.Combine(root, "sv2fw"));
        var folder = Path.GetDirectoryName(Product.Binary)!;
        File.Copy(Path.Combine(folder, "libsodium.so"), Path.Combine(root, "libsodium.so"));
    }

    /// <summary>The board file names its ports by absolute paths; inside the root they lie below /rig.</summary>
    private void RewritePorts()
    {
        var file = rig.Board.ConfigFile;
        File.WriteAllText(file, File.ReadAllText(file).Replace(rig.Folder + "/", "/rig/", StringComparison.Ordinal));
    }
}
