using System.Diagnostics;
using System.Globalization;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Benchmarks;

/// <summary>The real sv2fw mine between our pool's end and our chip's end, mining by the time it is made.</summary>
internal sealed class MinerRig : IWireRig
{
    private const int SettleMilliseconds = 1;
    private const int AcknowledgeEvery = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("sv2fw-bench-").FullName;
    private readonly RigWires wires = new();
    private readonly PoolEnd pool = new();
    private readonly ScriptedChip chip = new(ChipModel.Bm1370);
    private readonly FakeGuard guard;
    private readonly byte[] buffer = new byte[4096];
    private readonly UInt256 chipTarget = Targets.FromZeroBits(BenchBoard.ReportedZeroBits);
    private long firstJobAt;
    private uint nonce;

    public MinerRig(string product, string boardFile)
    {
        guard = new FakeGuard(folder);
        var board = BenchBoard.Write(boardFile, folder, wires.Terminal.SlavePath);
        WriteSettings();

        // Ends with us, however we end: it would go on opening a terminal of this name, whoever has it by then.
        var us = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var start = wires.Start(product, "mine", "--board", board, "--state", folder, "--supervisor", us);
        wires.Accept(Patience);
        BringUp();
        ToFirstJob = Stopwatch.GetElapsedTime(start, firstJobAt);
    }

    /// <summary>From the start of the process to the first job frame, the chips' own delays included.</summary>
    public TimeSpan ToFirstJob { get; }

    private string Url => $"stratum2+tcp://127.0.0.1:{wires.Port}/{pool.Key}";

    /// <summary>The limit that keeps pools from floods would keep us from measuring.</summary>
    private void WriteSettings() => File.WriteAllText(
        Path.Combine(folder, "mine.toml"),
        $"[[pool]]\nurl = \"{Url}\"\nuser = \"bench\"\nshares_per_second = 10000\n");

    public double ToTerminal(int after)
    {
        pool.SendFutureJob();
        Deliver();
        Settle(after);
        pool.SendTip();
        var start = Stopwatch.GetTimestamp();
        Deliver();
        var firstByteAt = 0L;
        while (chip.Header.PreviousHash != pool.Tip)
        {
            wires.WaitForTerminal();
            var count = wires.Terminal.Read(buffer);

            // A frame may come in pieces, and one for the old tip may come before it.
            firstByteAt = chip.Partial && firstByteAt != 0 ? firstByteAt : Stopwatch.GetTimestamp();
            chip.Receive(buffer.AsSpan(0, count));
        }

        return Stopwatch.GetElapsedTime(start, firstByteAt).TotalMicroseconds;
    }

    public double ToSocket()
    {
        Settle();
        FindNonce();
        chip.WriteNonce(nonce, buffer);
        var start = Stopwatch.GetTimestamp();
        wires.Terminal.Write(buffer.AsSpan(0, ScriptedChip.AnswerSize));
        var firstByteAt = 0L;
        for (var before = pool.Shares; pool.Shares == before;)
        {
            wires.WaitForSocket();
            var count = wires.Socket.Receive(buffer);
            firstByteAt = Stopwatch.GetTimestamp();
            pool.Receive(buffer.AsSpan(0, count));
        }

        if (pool.LastShare.Nonce != nonce)
        {
            throw new InvalidOperationException($"Nonce {nonce:x8} went in and {pool.LastShare.Nonce:x8} came out.");
        }

        Acknowledge();
        return Stopwatch.GetElapsedTime(start, firstByteAt).TotalMicroseconds;
    }

    public void Dispose()
    {
        wires.Dispose();
        guard.Dispose();
        pool.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Plays both ends until the first job has reached the chip.</summary>
    private void BringUp()
    {
        var since = Stopwatch.GetTimestamp();
        for (var told = false; chip.Jobs == 0;)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException("The miner did not send its first job to the chip.");
            }

            wires.CheckAlive();
            Pump(wires.Wait(milliseconds: 100));
            firstJobAt = Stopwatch.GetTimestamp();
            if (pool.IsOpen && !told)
            {
                told = true;
                pool.SendFutureJob();
                pool.SendTip();
                Deliver();
            }
        }
    }

    /// <summary>Waits for a moment in which nothing comes.</summary>
    private void Settle(int milliseconds = SettleMilliseconds)
    {
        wires.CheckAlive();
        for (var ready = wires.Wait(milliseconds); ready != default; ready = wires.Wait(milliseconds))
        {
            Pump(ready);
        }
    }

    private void Pump((bool Terminal, bool Socket) ready)
    {
        if (ready.Terminal)
        {
            chip.Receive(buffer.AsSpan(0, wires.Terminal.Read(buffer)));
            if (!chip.Answers.IsEmpty)
            {
                wires.Terminal.Write(chip.Answers);
                chip.ClearAnswers();
            }
        }

        if (ready.Socket)
        {
            var count = wires.Socket.Receive(buffer);
            if (count == 0)
            {
                throw new IOException("The miner closed the connection to the pool.");
            }

            pool.Receive(buffer.AsSpan(0, count));
            Deliver();
        }
    }

    private void Deliver()
    {
        if (!pool.Outgoing.IsEmpty)
        {
            wires.Socket.Send(pool.Outgoing);
            pool.Clear();
        }
    }

    private void Acknowledge()
    {
        if (pool.Shares % AcknowledgeEvery == 0)
        {
            pool.SendAcknowledgement();
            Deliver();
        }
    }

    /// <summary>A nonce that a chip would report for the newest job.</summary>
    private void FindNonce()
    {
        do
        {
            nonce = unchecked(nonce + 1);
        }
        while (Sha256d.Hash(chip.Header with { Nonce = nonce }) > chipTarget);
    }
}
