using System.Diagnostics;
using System.Net;

using Simulator;

using TestPool;

namespace HilTests;

/// <summary>
/// The miner in a network of its own, with a cable to each of two pools. The network is held by the miner's processes
/// and by nothing else: it goes with them, and its cables with it, however the story ends.
/// </summary>
public abstract class CableStories : IDisposable
{
    /// <summary>Half-open connections are left and the next pool has a share (SV2 reference §13, 79).</summary>
    private static readonly TimeSpan FailoverMax = TimeSpan.FromSeconds(90);

    private static readonly PoolOptions Anywhere = new() { Listen = new IPEndPoint(IPAddress.Any, 0), Seed = 7 };

    private readonly Rig rig = new(withPool: false);
    private readonly string[] cables;

    /// <summary>Of documentation's own networks for benchmarks (RFC 2544): nobody's machine is there.</summary>
    private readonly string network;

    /// <param name="number">Each story has networks and cables of its own, for they are told beside each other.</param>
    private protected CableStories(int number)
    {
        cables = [$"sv2{number}a{Environment.ProcessId}", $"sv2{number}b{Environment.ProcessId}"];
        network = $"198.18.{70 + number}.";
    }

    private protected string Miner => network + "2";

    private protected void TellOfTheNextPool(Action<string> cut)
    {
        var (first, second) = (rig.AddPool(Anywhere), rig.AddPool(Anywhere with { Seed = 8 }));
        using var run = Run(first, second);
        rig.WaitForShares(run, 3, from: first);
        Assert.Equal(0, second.Connections);

        var pulled = MonotonicClock.Now;
        cut(cables[0]);
        Until.True(() => second.Accepted > 0, FailoverMax, () => rig.Describe(run));

        var took = MonotonicClock.Now - pulled;
        Assert.InRange(took, TimeSpan.Zero, FailoverMax);
        var pools = rig.Status().Mine.Pools;
        Assert.Equal("mining", pools[1].State);
        Assert.NotNull(pools[0].LastError);
        Assert.InRange(pools[0].Health, 0, 0.9);
        Assert.Equal(0, second.Rejected);
        Assert.True(rig.World.RailOn, "The board was switched off meanwhile.");
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        rig.Dispose();
        foreach (var cable in cables.Where(cable => Directory.Exists($"/sys/class/net/{cable}")))
        {
            Process.Start("ip", ["link", "delete", cable]).WaitForExit(); // Where the miner did not live to hold it.
        }
    }

    private Running Run(PoolServer first, PoolServer second)
    {
        var script = $"""
            ip link set lo up
            until ip link set miner-b up 2>/dev/null; do sleep 0.05; done
            ip address add {Miner}/30 dev miner-a && ip address add {network}6/30 dev miner-b
            ip link set miner-a up && exec "$@"
            """;
        var run = new Running(
            "unshare",
            [
                "--net", "sh", "-c", script, "sh", Product.Binary, "run",
                "--board", rig.Board.ConfigFile, "--user", "digger.rig", "--state", rig.State, "--http", "127.0.0.1:0",
                "--pool", UrlAt(network + "1", first), "--pool", UrlAt(network + "5", second),
            ]);
        try
        {
            Until.True(() => HasNetOfItsOwn(run.Id), Rig.StartMax, () => run.Everything);
            Plug(run, cables[0], "miner-a", network + "1/30");
            Plug(run, cables[1], "miner-b", network + "5/30");
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private static void Plug(Running run, string cable, string end, string address)
    {
        Command(
            "ip", "link", "add", cable, "type", "veth", "peer", "name", end,
            "netns", run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Command("ip", "address", "add", address, "dev", cable);
        Command("ip", "link", "set", cable, "up");
    }

    private static string UrlAt(string host, PoolServer pool) =>
        $"stratum2+tcp://{host}:{pool.Endpoint.Port}/{pool.Url.Split('/')[^1]}";

    private static bool HasNetOfItsOwn(int process)
    {
        var link = $"/proc/{process}/ns/net";
        return File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name
            != File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)?.Name;
    }

    private protected static void Command(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}");
    }
}

/// <summary>At the miner's own socket: its link ends.</summary>
public sealed class PulledCable() : CableStories(1)
{
    [Fact]
    public void APoolWhoseCableIsPulledIsLeftAndTheNextHasSharesWithinNinetySeconds() =>
        TellOfTheNextPool(cable => Command("ip", "link", "set", cable, "down"));
}

/// <summary>Behind a switch: the miner's link stays up, and whatever it sends is lost.</summary>
public sealed class CableCutBehindASwitch() : CableStories(2)
{
    /// <summary>Frames for a network card that nobody has are dropped without a word, and answers with them.</summary>
    [Fact]
    public void APoolThatNothingReachesIsLeftAndTheNextHasSharesWithinNinetySeconds() => TellOfTheNextPool(cable =>
    {
        Command("ip", "link", "set", cable, "address", "02:00:00:00:00:0b"); // Is not listened for any more …
        Command("ip", "neigh", "replace", Miner, "lladdr", "02:00:00:00:00:0c", "dev", cable);
    });
}
