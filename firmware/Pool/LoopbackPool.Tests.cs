using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// A pool on a real socket: Noise, one channel, a job at once, every share accepted. One miner at a time.
/// </summary>
internal sealed class LoopbackPool : IDisposable
{
    private static readonly KeyPair Authority = new(InMemoryPool.Filled(0x44));
    private static readonly KeyPair Server = new(InMemoryPool.Filled(0x33));

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock sending = new();
    private readonly byte[] plain = new byte[4096];
    private readonly byte[] wire = new byte[8192];
    private Socket? miner;
    private FrameSealer? sealer;
    private int connections;

    public LoopbackPool()
    {
        listener.Start();
        new Thread(Run) { IsBackground = true, Name = "loopback pool" }.Start();
    }

    public PoolAddress Address => PoolAddress.Parse(
        $"stratum2+tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{Authority.Authority}");

    public ConcurrentQueue<SubmitSharesStandard> Shares { get; } = new();

    public int Connections => Volatile.Read(ref connections);

    public bool SaidGoodbye { get; private set; }

    /// <summary>The address of a port at which nobody listens.</summary>
    public static PoolAddress Refusing()
    {
        using var pool = new LoopbackPool();
        return pool.Address;
    }

    public static SessionTerms Terms(PoolAddress address) =>
        new(address, "user.worker", "Board", "sv2fw 1", [1e12]);

    /// <summary>A job and the tip that starts it.</summary>
    public void NewBlock(uint job)
    {
        Send(new NewMiningJob
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = job,
            MinNTime = null,
            Version = 0x2000_0000,
            MerkleRoot = InMemoryPool.Filled((byte)job),
        });
        Send(new SetNewPrevHash
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = job,
            PrevHash = InMemoryPool.Filled((byte)(job + 100)),
            MinNTime = InMemoryPool.NTime,
            NBits = 0x1703_4219,
        });
    }

    public void HangUp() => miner?.Dispose();

    public void Dispose()
    {
        listener.Dispose();
        miner?.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                miner = listener.AcceptSocket();
                miner.NoDelay = true;
                Interlocked.Increment(ref connections);
                Serve(miner);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            var opener = Handshake(socket);
            while (true)
            {
                var count = socket.Receive(opener.Free);
                if (count == 0)
                {
                    return;
                }

                opener.Received(count);
                while (opener.TryOpen(out var frame))
                {
                    Answer(frame);
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The miner left, or the test hung up.
        }
    }

    private FrameOpener Handshake(Socket socket)
    {
        Span<byte> act1 = stackalloc byte[NoiseResponder.Act1Size];
        for (var got = 0; got < act1.Length;)
        {
            got += socket.Receive(act1[got..]);
        }

        using var responder = new NoiseResponder(
            Server, Certificate.Issue(Authority, Server.XOnly, validFrom: 0, notValidAfter: uint.MaxValue));
        Span<byte> act2 = stackalloc byte[NoiseResponder.Act2Size];
        var session = responder.ReceiveAct1(act1, act2);
        sealer = new FrameSealer(session.Sending);
        socket.Send(act2);
        return new FrameOpener(session.Receiving, Receiver.Server);
    }

    private void Answer(in Frame frame)
    {
        switch (frame.CoreType)
        {
            case MessageType.SetupConnection:
                Send(new SetupConnectionSuccess(2, 0));
                break;
            case MessageType.OpenStandardMiningChannel:
                Send(new OpenStandardMiningChannelSuccess
                {
                    RequestId = frame.Read<OpenStandardMiningChannel>().RequestId,
                    ChannelId = InMemoryPool.FirstChannel,
                    Target = InMemoryPool.Bytes(Targets.FromZeroBits(4)),
                    ExtranoncePrefix = default,
                    GroupChannelId = 1,
                });
                NewBlock(1);
                break;
            case MessageType.SubmitSharesStandard:
                var share = frame.Read<SubmitSharesStandard>();
                Shares.Enqueue(share);
                Send(new SubmitSharesSuccess(share.ChannelId, share.SequenceNumber, 1, 1));
                break;
            case MessageType.CloseChannel:
                SaidGoodbye = true;
                break;
        }
    }

    private void Send<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        lock (sending)
        {
            var length = FrameWriter.Write(message, plain);
            miner!.Send(wire.AsSpan(0, sealer!.Seal(plain.AsSpan(0, length), wire)));
        }
    }
}
