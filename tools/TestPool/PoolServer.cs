using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Drivers.Hashing;
using Firmware;

namespace TestPool;

/// <summary>
/// A Stratum V2 pool in software: real Noise, real validation, nothing to win. Serves from <see cref="Start"/> until
/// it is disposed; everything may be called from any thread.
/// </summary>
public sealed class PoolServer : IAsyncDisposable
{
    /// <summary>The grain of everything that is due at a time.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(20);

    private readonly PoolOptions options;
    private readonly Socket listener;
    private readonly PoolKeys keys;
    private readonly BlockChain chain;
    private readonly Lock chainGate = new();
    private readonly ConcurrentDictionary<int, PoolConnection> live = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly long startedAt;
    private readonly Task running;
    private int connections;

    private PoolServer(PoolOptions options, ulong seed, Socket listener, PoolServer? elsewhere)
    {
        this.options = options with { Log = TextWriter.Synchronized(options.Log) };
        this.listener = listener;
        Elsewhere = elsewhere;
        startedAt = options.Time.GetTimestamp();
        keys = new PoolKeys(options.AuthoritySecret, seed, options.Scenario);
        Seed = seed;
        chain = new BlockChain(
            Seed,
            options.Scenario.BlockInterval ?? options.BlockInterval,
            TimeSpan.Zero,
            (uint)options.Time.GetUtcNow().ToUnixTimeSeconds());
        Endpoint = (IPEndPoint)listener.LocalEndPoint!;
        Url = $"stratum2+tcp://{Endpoint}/{keys.Authority}";
        running = Task.WhenAll(Accept(), Tick());
    }

    public Scenario Scenario => options.Scenario;

    /// <summary>Where it listens, with the port that was found.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>What a miner is told: address and authority key.</summary>
    public string Url { get; }

    /// <summary>The pool at the other address, where the scenario has one.</summary>
    public PoolServer? Elsewhere { get; }

    /// <summary>What the jobs were made from, and the authority's key where no other was given.</summary>
    public ulong Seed { get; }

    /// <summary>Verdicts, counters, bytes.</summary>
    public Ledger Ledger { get; } = new();

    public long Accepted => Ledger.Accepted;

    public long Rejected => Ledger.Rejected;

    public ShareVerdict[] Verdicts => Ledger.Verdicts;

    public TimeSpan? LastShareAt => Ledger.LastShareAt;

    /// <summary>How many miners have ever connected.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>How many are connected now.</summary>
    public int LiveConnections => live.Count;

    /// <summary>Time since the start: the clock of <see cref="LastShareAt"/> and of verdicts.</summary>
    public TimeSpan Now => options.Time.GetElapsedTime(startedAt);

    /// <exception cref="StartException">The address is taken, or is not this machine's.</exception>
    public static PoolServer Start(PoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var listener = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(options.Listen);
            listener.Listen();
            var seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
            var elsewhere = StartElsewhere(options, seed, (IPEndPoint)listener.LocalEndPoint!);
            return new PoolServer(
                options with { Elsewhere = options.Elsewhere ?? elsewhere?.Endpoint }, seed, listener, elsewhere);
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new StartException(
                $"The test pool cannot listen on {options.Listen}: {exception.Message}. Choose another --listen, or "
                + "port 0 for a free one.");
        }
    }

    /// <summary>A new block now, on every channel.</summary>
    public void FindBlock()
    {
        lock (chainGate)
        {
            chain.FindBlock(Now);
        }

        TickAll();
    }

    /// <summary>SetTarget on every channel: for future jobs and for those to come.</summary>
    public void SetTarget(UInt256 target)
    {
        foreach (var connection in live.Values)
        {
            connection.SetTarget(target);
        }
    }

    /// <summary>Cuts every connection; new ones are welcome.</summary>
    public void CloseConnections()
    {
        foreach (var connection in live.Values)
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await running;
        if (Elsewhere is { } other)
        {
            await other.DisposeAsync();
        }

        keys.Dispose();
        stopping.Dispose();
    }

    /// <summary>The pool that this one sends miners to, on an address of its own.</summary>
    private static PoolServer? StartElsewhere(PoolOptions options, ulong seed, IPEndPoint here)
    {
        var kind = options.Scenario.Elsewhere;
        if (kind == OtherHost.None || options.Elsewhere is not null)
        {
            return null;
        }

        var isLoopback = here.Address.Equals(IPAddress.Loopback);
        var isForeign = kind == OtherHost.OtherAuthority;
        return Start(options with
        {
            Listen = new IPEndPoint(isLoopback ? new IPAddress([127, 0, 0, 2]) : here.Address, 0),
            Elsewhere = here,
            Scenario = kind == OtherHost.Mirror ? options.Scenario : Scenario.Default,
            Seed = isForeign ? unchecked(seed + 1) : seed,
            AuthoritySecret = isForeign ? null : options.AuthoritySecret,
        });
    }

    private async Task Accept()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(stopping.Token);
                var number = Interlocked.Increment(ref connections);
                _ = serving.RemoveAll(task => task.IsCompletedSuccessfully);
                serving.Add(Serve(number, socket));
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task Serve(int number, Socket socket)
    {
        await Task.Yield();
        using var connection = new PoolConnection(number, socket, options, chain, Ledger, Seed, () => Now);
        live[number] = connection;
        try
        {
            await connection.Serve(keys, stopping.Token);
        }
        finally
        {
            _ = live.TryRemove(number, out _);
        }
    }

    private async Task Tick()
    {
        using var timer = new PeriodicTimer(TickInterval, options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                lock (chainGate)
                {
                    _ = chain.Step(Now);
                }

                TickAll();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void TickAll()
    {
        foreach (var connection in live.Values)
        {
            connection.Tick();
        }
    }
}
