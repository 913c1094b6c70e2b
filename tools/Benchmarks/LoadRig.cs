using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Benchmarks;

/// <summary>
/// The real sv2fw mine with several long chains: each behind a pty of ours, whose chips report made-up results at the
/// rate that is asked for, and a pool that takes about one of a hundred as a share. Of each chain two chips have dead
/// cores, and a domain can be let fall.
/// </summary>
internal sealed class LoadRig : IDisposable
{
    public const int Chains = 3;
    public const int Chips = 126;

    private const int SlotShift = 3;
    private const int FallenDomain = 5;
    private const int AcknowledgeEvery = 10;

    /// <summary>These answer, and find nothing.</summary>
    private static readonly int[] DeadCores = [17, 90];

    private static readonly int ShareZeroBits = BenchBoard.LongReportedZeroBits + 7;
    private static readonly ChipModel Model = ChipModel.Bm1362;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("sv2fw-bench-").FullName;
    private readonly PtyMaster[] terminals = [.. Enumerable.Range(0, Chains).Select(_ => new PtyMaster())];
    private readonly ScriptedChip[] chips =
        [.. Enumerable.Range(0, Chains).Select(_ => new ScriptedChip(Model, Chips, SlotShift))];

    private readonly PoolEnd pool = new() { ShareZeroBits = ShareZeroBits };
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly UInt256 chipTarget = Targets.FromZeroBits(BenchBoard.LongReportedZeroBits);
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly ConcurrentQueue<string> told = new();
    private readonly FakeGuard guard;
    private readonly Process miner;
    private readonly Socket socket;
    private int turn;
    private uint tries;
    private long acknowledged;

    public LoadRig(string product, string boardFile)
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        guard = new FakeGuard(folder);
        WriteSettings();
        var boards = terminals.SelectMany((terminal, i) => new[]
        {
            "--board",
            BenchBoard.Write(boardFile, Path.Combine(folder, $"chain{i}.toml"), terminal.SlavePath, Model, Chips),
        });
        var start = new ProcessStartInfo(product, ["mine", "--state", folder, .. boards])
        {
            RedirectStandardError = true,
        };
        miner = Process.Start(start) ?? throw new IOException($"{product} does not start.");
        miner.ErrorDataReceived += (_, line) => told.Enqueue(line.Data ?? "");
        miner.BeginErrorReadLine();
        socket = listener.Poll(Patience, SelectMode.SelectRead)
            ? listener.Accept()
            : throw new TimeoutException("The miner did not connect to the bench.");
        try
        {
            BringUp();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Shares that the pool has received.</summary>
    public long Shares => pool.Shares;

    /// <summary>On each chain three chips are without voltage for a moment.</summary>
    public void BrownOut() => Array.ForEach(
        chips, chip => chip.Fall(FallenDomain * BenchBoard.ChipsPerDomain, BenchBoard.ChipsPerDomain));

    /// <summary>Reports results for so long; returns what that cost the process, in parts of one core.</summary>
    public double Load(double resultsPerSecond, TimeSpan time)
    {
        var begun = Stopwatch.GetTimestamp();
        var cost = CostUpToNow();
        for (long sent = 0; Stopwatch.GetElapsedTime(begun) is var elapsed && elapsed < time;)
        {
            var next = TimeSpan.FromSeconds(sent / resultsPerSecond);
            if (elapsed < next)
            {
                Pump(next - elapsed);
                continue;
            }

            Report();
            sent++;
        }

        var took = Stopwatch.GetElapsedTime(begun);
        return (CostUpToNow() - cost) / took;
    }

    /// <summary>The same until the miner has said this of each chain.</summary>
    public void LoadUntilTold(double resultsPerSecond, string words)
    {
        for (var begun = Stopwatch.GetTimestamp(); !Enumerable.Range(0, Chains).All(chain => IsTold(chain, words));)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException(
                    $"The miner did not say '{words}' of each chain, but: {string.Join(Environment.NewLine, told)}");
            }

            Load(resultsPerSecond, TimeSpan.FromSeconds(1));
        }
    }

    public void Dispose()
    {
        if (!miner.HasExited)
        {
            miner.Kill();
            miner.WaitForExit();
        }

        miner.Dispose();
        socket.Dispose();
        listener.Dispose();
        guard.Dispose();
        pool.Dispose();
        Array.ForEach(terminals, terminal => terminal.Dispose());
        Directory.Delete(folder, recursive: true);
    }

    private bool IsTold(int chain, string words) => told.Any(line =>
        line.Contains($"chain{chain}", StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal));

    private void WriteSettings()
    {
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        File.WriteAllText(
            Path.Combine(folder, "mine.toml"),
            $"[[pool]]\nurl = \"stratum2+tcp://127.0.0.1:{port}/{pool.Key}\"\nuser = \"bench\"\n"
            + "shares_per_second = 10000\n");
    }

    private TimeSpan CostUpToNow()
    {
        miner.Refresh();
        return miner.HasExited ? throw new IOException("The miner ended.") : miner.TotalProcessorTime;
    }

    private void BringUp()
    {
        var since = Stopwatch.GetTimestamp();
        var told = 0u;
        while (Array.Exists(chips, chip => chip.Jobs == 0))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException("The miner did not send a job to each chain.");
            }

            Pump(TimeSpan.FromMilliseconds(100));
            if (pool.Channels > told)
            {
                told = pool.Channels;
                pool.SendFutureJob();
                pool.SendTip();
                Deliver();
            }
        }
    }

    private unsafe void Pump(TimeSpan patience)
    {
        var entries = stackalloc Linux.PollEntry[Chains + 1];
        for (var i = 0; i < Chains; i++)
        {
            entries[i] = new() { Descriptor = terminals[i].Descriptor, Wanted = Linux.PollIn };
        }

        entries[Chains] = new() { Descriptor = (int)socket.Handle, Wanted = Linux.PollIn };
        if (Linux.Poll(entries, Chains + 1, patience) <= 0)
        {
            return;
        }

        for (var i = 0; i < Chains; i++)
        {
            if (entries[i].Ready != 0)
            {
                chips[i].Receive(buffer.AsSpan(0, terminals[i].Read(buffer)));
                terminals[i].Write(chips[i].Answers);
                chips[i].ClearAnswers();
            }
        }

        if (entries[Chains].Ready != 0)
        {
            pool.Receive(buffer.AsSpan(0, socket.Receive(buffer)));
            Acknowledge();
            Deliver();
        }
    }

    private void Acknowledge()
    {
        if (pool.Shares >= acknowledged + AcknowledgeEvery)
        {
            acknowledged = pool.Shares;
            pool.SendAcknowledgement();
        }
    }

    private void Deliver()
    {
        if (!pool.Outgoing.IsEmpty)
        {
            socket.Send(pool.Outgoing);
            pool.Clear();
        }
    }

    /// <summary>The next chip's next result, chain by chain; a chip that finds none is passed over.</summary>
    private void Report()
    {
        int chain, chip;
        do
        {
            (chain, chip) = (turn % Chains, turn / Chains % Chips);
            turn = (turn + 1) % (Chains * Chips);
        }
        while (DeadCores.Contains(chip) || chips[chain].HasFallen(chip));

        var address = NonceSpace.Address(Model, chip, Chips);
        var core = tries % (uint)Model.Cores;
        uint nonce;
        do
        {
            tries++;
            var counter = (tries & 0x1FFFF) | (uint)address << 17;
            nonce = BinaryPrimitives.ReverseEndianness(core << 25 | counter);
        }
        while (Sha256d.Hash(chips[chain].Header, chips[chain].Header.Version, nonce) > chipTarget);
        chips[chain].WriteNonce(nonce, buffer);
        terminals[chain].Write(buffer.AsSpan(0, ScriptedChip.AnswerSize));
    }
}
