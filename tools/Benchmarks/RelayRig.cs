using System.Diagnostics;

namespace Benchmarks;

/// <summary>The floor: the C relay, given bytes of the same sizes in the same rhythm as the miner.</summary>
internal sealed class RelayRig : IWireRig
{
    private const int FutureJobSize = 83;
    private const int TipSize = 86;
    private const int SettleMilliseconds = 1;

    private readonly RigWires wires = new();
    private readonly byte[] buffer = new byte[4096];

    public RelayRig(string relay)
    {
        wires.Start(relay, $"{wires.Port}", wires.Terminal.SlavePath);
        wires.Accept(TimeSpan.FromSeconds(5));
        buffer.AsSpan().Fill(0x5A);
    }

    public double ToTerminal(int after)
    {
        wires.Socket.Send(buffer.AsSpan(0, FutureJobSize));
        Settle(after);
        var start = Stopwatch.GetTimestamp();
        wires.Socket.Send(buffer.AsSpan(0, TipSize));
        wires.WaitForTerminal();
        _ = wires.Terminal.Read(buffer);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    public double ToSocket()
    {
        Settle();
        var start = Stopwatch.GetTimestamp();
        wires.Terminal.Write(buffer.AsSpan(0, ScriptedChip.AnswerSize));
        wires.WaitForSocket();
        _ = wires.Socket.Receive(buffer);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    public void Dispose() => wires.Dispose();

    private void Settle(int milliseconds = SettleMilliseconds)
    {
        wires.CheckAlive();
        for (var ready = wires.Wait(milliseconds); ready != default; ready = wires.Wait(milliseconds))
        {
            _ = ready.Terminal ? wires.Terminal.Read(buffer) : wires.Socket.Receive(buffer);
        }
    }
}
