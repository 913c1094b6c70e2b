using Firmware.Serve;

namespace HilTests;

/// <summary>What must not keep the supervisor from a dead guard: a paused reader, a busy file, an update.</summary>
public sealed class SupervisorStories : IDisposable
{
    private readonly Rig rig = new();

    [Fact]
    public void ATerminalThatIsPausedDoesNotHoldUpThePowerOffOfADeadGuard()
    {
        // A pipe that is full and has a reader that never reads.
        var pipe = Path.Combine(rig.Folder, "paused");
        var script = $"mkfifo {pipe}; exec 3<>{pipe}; head -c 65536 /dev/zero >&3; exec \"$@\" >&3 3>&-";
        using var run = new Running("/bin/sh", ["-c", script, "sh", Product.Binary, "run", .. rig.Arguments()]);
        rig.WaitForShares(run, atLeast: 3);

        var off = rig.PowerOffAfter(run, "guard", Running.SigKill);

        Assert.True(off <= TimeSpan.FromSeconds(3), $"Power went off after {off.TotalSeconds:0.00} s.");
    }

    [Fact]
    public void AnAddressThatCannotBeReadJustNowEndsNothing()
    {
        using var run = rig.Mining();

        // As serve has it for the moment of writing it.
        using (File.Open(ServeOptions.AddressFile(rig.State), FileMode.Open, FileAccess.Write, FileShare.None))
        {
            rig.WaitForShares(run, rig.Pool.Accepted + 5);
        }

        run.Signal(Running.SigTerm);
        Assert.Equal(0, run.Wait(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void AProgramThatIsBeingReplacedMakesTheBoardColdAsSoonAsItIsBack()
    {
        var program = Path.Combine(rig.Folder, "sv2fw");
        foreach (var file in new[] { "sv2fw", "libsodium.so" })
        {
            File.Copy(Path.Combine(Path.GetDirectoryName(Product.Binary)!, file), Path.Combine(rig.Folder, file));
        }

        using var run = new Running(program, ["run", .. rig.Arguments()]);
        rig.WaitForShares(run, atLeast: 3);
        File.Move(program, program + ".old");
        Running.Signal(run.Child("guard"), Running.SigKill);

        Until.Holds(() => !run.HasExited, TimeSpan.FromSeconds(3), () => "the supervisor gave up: " + run.Everything);
        File.Move(program + ".old", program);

        Until.True(() => rig.World.RailOffAt is not null, TimeSpan.FromSeconds(10), () => rig.Describe(run));
    }

    public void Dispose() => rig.Dispose();
}
