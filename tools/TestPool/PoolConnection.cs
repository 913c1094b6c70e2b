using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace TestPool;

/// <summary>The thin shell of one connection: handshake, then bytes to frames and frames to bytes.</summary>
internal sealed class PoolConnection : IDisposable
{
    /// <summary>Writes that wait for a miner that does not read. One more, and the connection ends.</summary>
    private const int WritesWaitingMax = 1024;

    private readonly int number;
    private readonly Socket socket;
    private readonly PoolOptions options;
    private readonly Ledger ledger;
    private readonly Func<TimeSpan> clock;
    private readonly PoolConversation conversation;
    private readonly Channel<byte[]> writes = Channel.CreateBounded<byte[]>(WritesWaitingMax);
    private readonly Lock gate = new();
    private FrameSealer? sealer;
    private int framesSealed;

    public PoolConnection(
        int number,
        Socket socket,
        PoolOptions options,
        BlockChain chain,
        Ledger ledger,
        ulong seed,
        Func<TimeSpan> clock)
    {
        this.number = number;
        this.socket = socket;
        this.options = options;
        this.ledger = ledger;
        this.clock = clock;
        conversation = new PoolConversation(number, options, chain, ledger, seed);
        socket.NoDelay = true;
    }

    /// <summary>Until the miner leaves, the pool has had enough, or the stop; then the socket is closed.</summary>
    public async Task Serve(PoolKeys keys, CancellationToken stop)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sending = Send(session.Token);
        try
        {
            var end = await Receive(keys, stop);
            await options.Log.WriteLineAsync($"connection {number}: {end}");
            _ = writes.Writer.TryComplete();
            await sending;
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            await options.Log.WriteLineAsync($"connection {number}: {conversation.Ended ?? exception.Message}");
        }
        finally
        {
            await session.CancelAsync();
            socket.Dispose();
        }
    }

    /// <summary>Sends what is due by now.</summary>
    public void Tick()
    {
        lock (gate)
        {
            var alive = conversation.Ended is null;
            conversation.Tick(clock());
            Flush();
            if (alive && conversation.Ended is not null)
            {
                socket.Dispose(); // The receiving side notices, and tells.
            }
        }
    }

    public void SetTarget(UInt256 target)
    {
        lock (gate)
        {
            conversation.SetTarget(target);
            Flush();
        }
    }

    /// <summary>Cuts the connection without a word.</summary>
    public void Dispose() => socket.Dispose();

    private async Task<string> Receive(PoolKeys keys, CancellationToken stop)
    {
        var buffer = new byte[4096];
        if (options.Scenario.Plaintext)
        {
            return await ReceivePlain(buffer, stop);
        }

        var act1 = new byte[NoiseResponder.Act1Size];
        for (var have = 0; have < act1.Length;)
        {
            var count = await ReceiveSome(act1.AsMemory(have), stop);
            if (count == 0)
            {
                return $"the miner left after {have} bytes of act 1";
            }

            have += count;
        }

        if (options.Scenario.IsSilent(PoolStage.Handshake))
        {
            while (await ReceiveSome(buffer, stop) > 0)
            {
            }

            return "the miner lost patience in the handshake";
        }

        using var session = Answer(act1, keys);
        if (options.Scenario.Act2Bytes is not null)
        {
            while (await ReceiveSome(buffer, stop) > 0)
            {
            }

            return "the miner lost patience in act 2";
        }

        try
        {
            return await ReceiveFrames(new FrameOpener(session.Receiving, Receiver.Server), buffer, 0, stop);
        }
        finally
        {
            lock (gate)
            {
                sealer = null; // A tick may still come: its frames go nowhere.
            }
        }
    }

    private NoiseSession Answer(byte[] act1, PoolKeys keys)
    {
        using var responder = new NoiseResponder(keys.Static, keys.Issue(options.Time.GetUtcNow()));
        var act2 = new byte[NoiseResponder.Act2Size];
        var session = responder.ReceiveAct1(act1, act2);
        lock (gate)
        {
            sealer = new FrameSealer(session.Sending);
            _ = writes.Writer.TryWrite(act2[..Math.Min(options.Scenario.Act2Bytes ?? act2.Length, act2.Length)]);
        }

        return session;
    }

    private async Task<string> ReceivePlain(byte[] buffer, CancellationToken stop)
    {
        lock (gate)
        {
            sealer = new FrameSealer(null);
        }

        // A plain SetupConnection begins with three zeros, and act 1 of a handshake practically never.
        var count = await ReceiveSome(buffer, stop);
        if (buffer.AsSpan(0, Math.Min(count, 3)).ContainsAnyExcept<byte>(0))
        {
            Refuse("this pool speaks plain Stratum V2".PadRight(byte.MaxValue, '.'));
            return "what came was no plain SetupConnection";
        }

        return count == 0
            ? "the miner left at once"
            : await ReceiveFrames(new FrameOpener(null, Receiver.Server), buffer, count, stop);
    }

    /// <param name="count">So many bytes are in the buffer already.</param>
    private async Task<string> ReceiveFrames(FrameOpener opener, byte[] buffer, int count, CancellationToken stop)
    {
        while (true)
        {
            if (Handle(opener, buffer.AsSpan(0, count)) is { } end)
            {
                return end;
            }

            count = await ReceiveSome(buffer, stop);
            if (count == 0)
            {
                return "the miner left";
            }
        }
    }

    /// <summary>Why the connection is over, or null where it goes on.</summary>
    private string? Handle(FrameOpener opener, ReadOnlySpan<byte> received)
    {
        lock (gate)
        {
            try
            {
                while (!received.IsEmpty && conversation.Ended is null)
                {
                    var free = opener.Free;
                    var taken = received[..Math.Min(free.Length, received.Length)];
                    taken.CopyTo(free);
                    received = received[taken.Length..];
                    opener.Received(taken.Length);
                    while (conversation.Ended is null && opener.TryOpen(out var frame))
                    {
                        conversation.Receive(frame, clock());
                    }
                }
            }
            catch (ProtocolException exception)
            {
                return $"the miner broke the protocol: {exception.Message}";
            }

            Flush();
            return conversation.Ended;
        }
    }

    private void Refuse(string code)
    {
        lock (gate)
        {
            conversation.Outbox.Send(new SetupConnectionError { Flags = 0, ErrorCode = Encoding.ASCII.GetBytes(code) });
            Flush();
        }
    }

    /// <summary>Under the lock: frames are sealed in the order they go out.</summary>
    private void Flush()
    {
        while (sealer is not null && conversation.Outbox.TryTake(out var frame))
        {
            var wire = new byte[FrameSealer.SealedLength(frame.Length - FrameHeader.Size)];
            var length = sealer.Seal(frame, wire);
            if (++framesSealed == options.Scenario.CorruptFrame)
            {
                wire[options.Scenario.CorruptsHeader ? 0 : length - 1] ^= 1;
            }

            if (!writes.Writer.TryWrite(wire[..length]))
            {
                options.Log.WriteLine($"connection {number}: the miner does not read");
                socket.Dispose();
                return;
            }
        }
    }

    private async Task Send(CancellationToken stop)
    {
        try
        {
            await foreach (var bytes in writes.Reader.ReadAllAsync(stop))
            {
                ledger.CountOut(bytes.Length);
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await socket.SendAsync(bytes.AsMemory(sent), stop);
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            socket.Dispose(); // The receiving side notices, and tells.
        }
    }

    /// <summary>The ways in which a connection may end under our hands.</summary>
    private static bool IsEnd(Exception exception) =>
        exception is SocketException or ObjectDisposedException or OperationCanceledException;

    private async Task<int> ReceiveSome(Memory<byte> buffer, CancellationToken stop)
    {
        var count = await socket.ReceiveAsync(buffer, stop);
        ledger.CountIn(count);
        return count;
    }
}
