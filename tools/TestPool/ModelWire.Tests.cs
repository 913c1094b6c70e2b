using Firmware.Pool;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace TestPool;

/// <summary>A pool in simulated time: one chain of blocks, and a conversation for each connection.</summary>
internal sealed class ModelPool(Scenario scenario, ulong seed, TextWriter log)
{
    private readonly Lots lots = new(seed);
    private readonly BlockChain chain = new(
        seed, scenario.BlockInterval ?? TimeSpan.FromMinutes(1), TimeSpan.Zero, Talk.StartTime);

    private int connections;

    public Ledger Ledger { get; } = new();

    public int Connections => connections;

    public void Tick(TimeSpan now) => chain.Step(now);

    /// <summary>A miner connects: over a wire whose latency is drawn by lot, 5 to 100 ms each way.</summary>
    public ModelWire Connect(TimeSpan now)
    {
        var elsewhere = new System.Net.IPEndPoint(System.Net.IPAddress.Parse("127.0.0.2"), 4444);
        var options = new PoolOptions { Scenario = scenario, Log = log, Elsewhere = elsewhere };
        var pool = new PoolConversation(++connections, options, chain, Ledger, lots.Next());
        return new ModelWire(pool, TimeSpan.FromMilliseconds(5 + lots.Below(95)), now);
    }
}

/// <summary>
/// A plain connection that takes time both ways, with a tap on the miner's end: what the miner sends is held against
/// what it has read until then.
/// </summary>
internal sealed class ModelWire(PoolConversation pool, TimeSpan latency, TimeSpan start) : IWire
{
    private readonly Queue<(TimeSpan At, byte[] Bytes)> toPool = [];
    private readonly Queue<(TimeSpan At, byte[] Bytes)> toMiner = [];
    private readonly FrameOpener opener = new(null, Receiver.Server);
    private TimeSpan now = start;

    public ShareTap Tap { get; } = new();

    /// <summary>The miner is told, or has left: nothing goes either way.</summary>
    public bool IsCut { get; set; }

    /// <summary>The pool's end is closed, and the miner has read all that was sent before.</summary>
    public bool IsOver => pool.Ended is not null && toMiner.Count == 0;

    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (IsCut)
        {
            return -1;
        }

        Tap.Sent(bytes);
        toPool.Enqueue((now + latency, bytes.ToArray()));
        return bytes.Length;
    }

    public void CallForAttention()
    {
    }

    /// <summary>What has arrived at the pool by now is read there, and what it says is sent.</summary>
    public void Step(TimeSpan time)
    {
        now = time;
        while (pool.Ended is null && toPool.TryPeek(out var next) && next.At <= now)
        {
            Deliver(toPool.Dequeue().Bytes);
        }

        if (!IsCut)
        {
            pool.Tick(now);
        }

        while (pool.Outbox.TryTake(out var frame))
        {
            toMiner.Enqueue((now + latency, frame));
        }
    }

    /// <summary>The next frame that has arrived at the miner.</summary>
    public bool TryReceive(out byte[] frame)
    {
        frame = [];
        if (IsCut || !toMiner.TryPeek(out var next) || next.At > now)
        {
            return false;
        }

        frame = toMiner.Dequeue().Bytes;
        Tap.Read(frame);
        return true;
    }

    private void Deliver(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = bytes[..Math.Min(bytes.Length, opener.Free.Length)];
            taken.CopyTo(opener.Free);
            opener.Received(taken.Length);
            bytes = bytes[taken.Length..];
            while (pool.Ended is null && opener.TryOpen(out var frame))
            {
                pool.Receive(frame, now);
            }
        }
    }
}
