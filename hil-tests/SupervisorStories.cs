using System.Diagnostics;
using System.Globalization;

using Firmware.Serve;

namespace HilTests;

/// <summary>What must not keep the supervisor from noticing a dead guard: a paused reader, a busy file, a full machine.</summary>
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
    public void AMachineWithoutRoomForSafeOffGetsAColdBoardAsSoonAsThereIsRoom()
    {
        using var run = rig.Mining();
        LimitFiles(run.Id, "8");

        Running.Signal(run.Child("guard"), Running.SigKill);
        Until.Holds(() => !run.HasExited, TimeSpan.FromSeconds(3), () => "the supervisor gave up: " + run.Everything);
        LimitFiles(run.Id, "1024");

        Until.True(() => rig.World.RailOffAt is not null, TimeSpan.FromSeconds(10), () => rig.Describe(run));
    }

    public void Dispose() => rig.Dispose();

    private static void LimitFiles(int process, string most)
    {
        string[] arguments = ["--pid", process.ToString(CultureInfo.InvariantCulture), $"--nofile={most}:"];
        using var limiter = Process.Start("prlimit", arguments);
        limiter.WaitForExit();
        Assert.Equal(0, limiter.ExitCode);
    }
}
