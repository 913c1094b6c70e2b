using System.Text.Json;

using Firmware.Cli;
using Firmware.Link;

using Simulator;

using TestPool;

namespace HilTests;

/// <summary>
/// A miner on the bench: a board down to its wires, a pool, and the firmware's own processes between them. The chips
/// run at 200 MHz with a low ticket, so that a story starts in seconds and its results come often.
/// </summary>
internal sealed class Rig : IDisposable
{
    /// <summary>Process start, the chip's own delays and ramp (about 5 s), the first share, all under load.</summary>
    public static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly List<PoolServer> pools = [];

    /// <param name="chain">Keys of the chain in place of the Gamma's: for boards that nobody has built.</param>
    /// <param name="rail">The same of the rail.</param>
    /// <param name="boardFile">Another board than the Gamma.</param>
    public Rig(
        SimulationOptions? options = null,
        int seed = 1,
        bool withPool = true,
        IReadOnlyDictionary<string, string>? chain = null,
        IReadOnlyDictionary<string, string>? rail = null,
        string boardFile = "bitaxe-gamma-601.toml",
        int zeroBits = 8)
    {
        KernelWorkers.GoFirst();
        Folder = Directory.CreateTempSubdirectory("rig").FullName;
        var file = Product.BoardFile(boardFile);
        file = chain is null ? file : Rebuilt(file, chain, rail ?? new Dictionary<string, string>());
        Board = SimulatedBoard.Start(file, Path.Combine(Folder, "board"), zeroBits, seed, options ?? Fast);
        if (withPool)
        {
            _ = AddPool();
        }
    }

    public static SimulationOptions Fast => new() { Megahertz = 200, Ticket = 16 };

    public string Folder { get; }

    public SimulatedBoard Board { get; }

    public World World => Board.World;

    public PoolServer Pool => pools[0];

    /// <summary>A command that runs the product's, such as taskset, and its words.</summary>
    public string[] Runner { get; init; } = [];

    public string State => Path.Combine(Folder, "state");

    public PoolServer AddPool(PoolOptions? options = null)
    {
        var pool = PoolServer.Start(options ?? new PoolOptions { Seed = 7 });
        pools.Add(pool);
        return pool;
    }

    /// <summary>A pool that behaves as the scenario says.</summary>
    public PoolServer Play(string scenario) =>
        AddPool(new PoolOptions { Seed = 7, Scenario = Scenario.Named(scenario)! });

    /// <summary>What the pool refused was late by a hair and by no mistake: a block came first.</summary>
    public void AssertAllOursAccepted(PoolServer pool, Running run) => Assert.True(
        pool.Ledger.Rejected == pool.Ledger.Late,
        $"{pool.Ledger}\n{string.Join('\n', pool.Verdicts.Where(share => !share.Accepted).Take(10))}\n{Describe(run)}");

    /// <summary>`sv2fw run` on the board and the rig's pools.</summary>
    public Running Run(params string[] more) =>
        new([.. Runner, Product.Binary, "run", .. Arguments(), .. more]);

    public string[] Arguments() =>
    [
        "--board", Board.ConfigFile,
        .. pools.SelectMany(pool => new[] { "--pool", pool.Url }),
        "--user", "digger.rig", "--state", State, "--http", "127.0.0.1:0",
    ];

    /// <summary>Runs, and waits until the pool has accepted shares.</summary>
    public Running Mining(params string[] more)
    {
        var run = Run(more);
        WaitForShares(run, atLeast: 3);
        return run;
    }

    public void WaitForShares(Running run, long atLeast, PoolServer? from = null) => Until.True(
        () => (from ?? Pool).Accepted >= atLeast || run.HasExited && Failed(run),
        StartMax,
        () => $"{(from ?? Pool).Accepted} shares of {atLeast}; {Describe(run)}");

    public static FinalLine LastLine(Running run) =>
        JsonSerializer.Deserialize(run.Output[^1], FinalLineJson.Default.FinalLine)!;

    /// <summary>Power off, reset low, fan full: what "safe" means, seen from the board's side.</summary>
    public bool IsCold => !World.RailOn && World.ResetLow && (World.FanDuty >= 0.99 || World.FanFollowsTable);

    /// <summary>Sends the signal to a child of the run, and tells how long the rail then stayed on.</summary>
    public TimeSpan PowerOffAfter(Running run, string verb, int signal)
    {
        var child = run.Child(verb);
        var at = MonotonicClock.Now;
        Running.Signal(child, signal);
        Until.True(() => World.RailOffAt > at, TimeSpan.FromSeconds(20), () => "still on: " + Describe(run));
        return World.RailOffAt!.Value - at;
    }

    public string Describe(Running run) => JsonSerializer.Serialize(Board.Status()) + "\n" + run.Everything;

    /// <summary>What guard and mine say of themselves, as serve reads it; waits until both have spoken.</summary>
    public (GuardStatus Guard, MineStatus Mine) Status()
    {
        using var feed = new StatusFeed(State);
        var started = MonotonicClock.Now;
        while (true)
        {
            var now = MonotonicClock.Now;
            if (feed.Guard(now) is { } guard && feed.Mine(now) is { } mine)
            {
                return (guard, mine);
            }

            Assert.True(now - started < StartMax, "guard or mine has said nothing of itself");
            feed.Poll(TimeSpan.FromMilliseconds(50), now);
        }
    }

    /// <summary>The fault that guard says ended the board's work: metal is cold a moment before that is told.</summary>
    public string Fault(Running run)
    {
        string? fault = null;
        Until.True(
            () => (fault = Status().Guard.Boards[0].Fault) is not null,
            TimeSpan.FromSeconds(10),
            () => "guard tells of no fault; " + Describe(run));
        return fault!;
    }

    public void Dispose()
    {
        foreach (var pool in pools)
        {
            pool.DisposeAsync().AsTask().Wait();
        }

        Board.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The same board with another chain on it, and another rail.</summary>
    private string Rebuilt(
        string file, IReadOnlyDictionary<string, string> chain, IReadOnlyDictionary<string, string> rail)
    {
        // What such a board would draw nobody knows.
        var lines = new List<string>();
        var table = "";
        foreach (var line in File.ReadLines(file).TakeWhile(
            line => !line.StartsWith("[energy]", StringComparison.Ordinal)))
        {
            table = line.StartsWith('[') ? line : table;
            var keys = table.StartsWith("[[chain]]", StringComparison.Ordinal) ? chain
                : table.StartsWith("[rail]", StringComparison.Ordinal) ? rail
                : null;
            var key = line.Split('=')[0].Trim();
            lines.Add(keys?.TryGetValue(key, out var value) == true ? $"{key} = {value}" : line);
            if (line.StartsWith("[rail]", StringComparison.Ordinal) && rail.TryGetValue("domains", out var domains))
            {
                lines.Add($"domains = {domains}"); // The Gamma's rail has no such key to replace.
            }
        }

        var rebuilt = Path.Combine(Folder, "rebuilt.toml");
        File.WriteAllLines(rebuilt, lines);
        return rebuilt;
    }

    private static bool Failed(Running run) =>
        throw new InvalidOperationException($"It ended with {run.Wait(TimeSpan.FromSeconds(5))}:\n{run.Everything}");
}
