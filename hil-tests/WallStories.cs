using System.Net;
using System.Net.Sockets;

namespace HilTests;

/// <summary>What the kernel keeps each process from: tried from behind its walls, and in the midst of mining.</summary>
public sealed class WallStories : IDisposable
{
    private const string NoFamily = "Address family not supported by protocol";
    private const string NoProtocol = "Protocol not supported";
    private const string NotPermitted = "Operation not permitted";
    private const string Denied = "Permission denied";
    private const string Done = "done";

    private readonly Rig rig = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string device = $"/dev/shm/i2c-{Guid.NewGuid():N}"; // Below /dev, as a bus is.
    private readonly string elsewhere;

    public WallStories()
    {
        listener.Start();
        File.WriteAllText(device, "");
        elsewhere = Path.Combine(rig.Folder, "elsewhere");
        File.WriteAllText(elsewhere, "");
        Directory.CreateDirectory(rig.State);
        File.WriteAllText(Path.Combine(rig.State, "own"), "");
    }

    [Fact]
    public void GuardHasTheDevicesAndNoNetwork()
    {
        var tried = Try("guard");

        AssertAll(
            tried,
            NoFamily,
            "tcp socket", "tcp6 socket", "udp socket", "raw socket", "multipath socket", "packet socket",
            "route socket", "another thread's tcp socket");
        AssertAll(tried, Done, "unix socket", $"write {device}", $"another thread's write {device}");
        AssertAll(tried, Done, $"read {elsewhere}");
        AssertAll(tried, Done, $"write {rig.State}/own");
        AssertAll(tried, Denied, $"write {elsewhere}", $"another thread's write {elsewhere}");
        AssertAll(tried, NotPermitted, "program");
        Assert.NotEqual(Done, tried["connect"]);
        Assert.NotEqual(NotPermitted, tried["i2c transfer"]);
    }

    [Fact]
    public void MineHasThePoolsAndNoDevice()
    {
        var tried = Try("mine", "--boards", rig.Board.ConfigFile);

        AssertAll(tried, Done, "tcp socket", "tcp6 socket", "udp socket", "route socket", "unix socket", "connect");
        AssertAll(tried, NoProtocol, "raw socket", "multipath socket");
        AssertAll(tried, NoFamily, "packet socket");
        AssertAll(tried, NotPermitted, "program", "i2c transfer");
        AssertAll(tried, "AccessDenied", "listen");
        AssertAll(tried, Denied, $"read {device}", $"write {device}", $"another thread's write {device}");
        AssertAll(tried, Denied, $"read {rig.Board.DataPort}", $"read {rig.Board.ControlPort}");
        AssertAll(tried, Denied, $"read {elsewhere}", $"write {rig.Board.ConfigFile}");
        AssertAll(tried, Done, $"read {rig.Board.ConfigFile}", $"write {rig.State}/own");
    }

    [Fact]
    public void ServeHasOnePortAndNeitherDevicesNorPools()
    {
        var tried = Try("serve", "--http", "127.0.0.1:0");

        AssertAll(tried, Done, "tcp socket", "tcp6 socket", "unix socket", "listen");
        AssertAll(tried, "AccessDenied", "connect");
        AssertAll(tried, NoProtocol, "udp socket", "raw socket", "multipath socket");
        AssertAll(tried, NoFamily, "packet socket", "route socket");
        AssertAll(tried, NotPermitted, "program", "i2c transfer");
        AssertAll(tried, Denied, $"read {device}", $"write {device}", $"another thread's write {device}");
        AssertAll(tried, Denied, $"read {rig.Board.ControlPort}", $"read {elsewhere}");
        AssertAll(tried, Done, $"write {rig.State}/own");
    }

    /// <summary>The kernel's own word for every thread, and that of the processes.</summary>
    [Fact]
    public void TheWholeMinerWorksBehindItsWalls()
    {
        using var run = rig.Mining();

        foreach (var verb in new[] { "guard", "mine", "serve" })
        {
            foreach (var thread in Directory.GetDirectories($"/proc/{run.Child(verb)}/task"))
            {
                var words = File.ReadAllText(thread + "/status");
                Assert.Contains("NoNewPrivs:\t1", words, StringComparison.Ordinal);
                Assert.Contains("Seccomp:\t2", words, StringComparison.Ordinal);
                Assert.Matches("CapBnd:\t0{10}[0-9a-f]{6}\n", words); // Of 41 rights none beyond the lowest 24.
                Assert.Matches(verb == "guard" ? "CapEff:\t0{10}800002\n" : "CapEff:\t0{13}[04]02\n", words);
            }
        }

        var (guard, mine) = rig.Status();
        Assert.DoesNotContain("NOT", guard.Walls, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT", mine.Walls, StringComparison.Ordinal);
    }

    [Fact]
    public void ABoardThatIsPluggedInAgainMinesAgainThoughMineOpensNoDevice()
    {
        using var run = rig.Mining();

        rig.Board.Faults.Unplugged = true;
        Until.True(
            () => rig.Status().Guard.Boards[0].Reason.Length > 0 && !Hashes(), Rig.StartMax, () => rig.Describe(run));
        rig.Board.Faults.Unplugged = false;

        rig.WaitForShares(run, rig.Pool.Accepted + 3);
        bool Hashes() => rig.Status().Mine.Boards[0].State == "running";
    }

    [Fact]
    public void WhereAnEmulatorKnowsNoWallsGuardSaysSo()
    {
        using var trial = new Running(
            Product.Qemu, "-L", Product.ArmRoot, Product.ArmBinary, "try-walls", "guard", "--state", rig.State);

        Assert.Equal(0, trial.Wait(TimeSpan.FromSeconds(60)));
        Assert.Contains("files: NOT", trial.Output[0], StringComparison.Ordinal);
        Assert.Contains("sockets: NOT", trial.Output[0], StringComparison.Ordinal);
    }

    public void Dispose()
    {
        listener.Dispose();
        File.Delete(device);
        rig.Dispose();
    }

    private static void AssertAll(Dictionary<string, string> tried, string outcome, params string[] things) =>
        Assert.All(things, thing => Assert.Equal((thing, outcome), (thing, tried[thing])));

    /// <summary>What came of each try. A machine whose kernel has no walls cannot tell this story.</summary>
    private Dictionary<string, string> Try(string verb, params string[] more)
    {
        string[] paths = [device, elsewhere, rig.Board.DataPort, rig.Board.ControlPort, rig.Board.ConfigFile];
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var trial = new Running(
            Product.Binary,
            [
                "try-walls", verb, "--state", rig.State, "--port", $"{port}", .. more,
                .. paths.Append($"{rig.State}/own").SelectMany(path => new[] { "--path", path }),
            ]);
        Assert.True(trial.Wait(TimeSpan.FromSeconds(30)) == 0, trial.Everything);
        Assert.DoesNotContain("NOT", trial.Output[0], StringComparison.Ordinal);
        return trial.Output.Skip(1).ToDictionary(line => line[..line.LastIndexOf(": ", StringComparison.Ordinal)],
            line => line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]);
    }
}
