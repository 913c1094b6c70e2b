using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// A pool on a real socket: Noise, one channel, a job at once, every share accepted. As many miners as come.
/// </summary>
internal sealed class LoopbackPool : IDisposable
{
    private static readonly KeyPair Authority = new(InMemoryPool.Filled(0x44));
    private static readonly KeyPair Server = new(InMemoryPool.Filled(0x33));
    private static readonly KeyPair Stranger = new(InMemoryPool.Filled(0x55));

    private readonly TcpListener listener;
    private readonly ConcurrentQueue<Miner> miners = new();
    private readonly ConcurrentQueue<(int Connection, SubmitSharesStandard Share)> shares = new();
    private int frames;
    private volatile bool answers = true;
    private volatile bool closed;

    /// <param name="port">0 takes a free one.</param>
    public LoopbackPool(int port = 0)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        new Thread(Run) { IsBackground = true, Name = "loopback pool" }.Start();
    }

    public PoolAddress Address => PoolAddress.Parse(
        $"stratum2+tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{Authority.Authority}");

    public IEnumerable<SubmitSharesStandard> Shares => shares.Select(entry => entry.Share);

    public int Connections => miners.Count;

    /// <summary>Whole frames of all connections: none comes before the server has proven itself.</summary>
    public int Frames => Volatile.Read(ref frames);

    public bool SaidGoodbye { get; private set; }

    /// <summary>The id of the job that every channel begins with.</summary>
    public uint FirstJob { get; init; } = 1;

    /// <summary>The certificate is signed by somebody else.</summary>
    public bool OfAnotherAuthority { get; init; }

    /// <summary>Where set, no channel is opened, and this is why.</summary>
    public string? RefusesWith { get; init; }

    /// <summary>Shares are taken without a word.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>False: whoever asks for a channel waits until it is true.</summary>
    public bool Answers
    {
        get => answers;
        set => answers = value;
    }

    /// <summary>The address of a port at which nobody listens.</summary>
    public static PoolAddress Refusing()
    {
        using var pool = new LoopbackPool();
        return pool.Address;
    }

    public static SessionTerms Terms(PoolAddress address) =>
        new(address, "user.worker", "Board", "sv2fw 1", [1e12]);

    /// <summary>Of one connection, counted from 1.</summary>
    public int SharesOf(int connection) => shares.Count(entry => entry.Connection == connection);

    /// <summary>A job and the tip that starts it, for every channel that is open.</summary>
    public void NewBlock(uint job) => Array.ForEach([.. miners], miner => miner.NewBlock(job));

    /// <summary>SetTarget, to every channel that is open.</summary>
    public void Retarget(UInt256 target) => Array.ForEach([.. miners], miner => miner.Retarget(target));

    /// <summary>Reconnect, to every channel that is open.</summary>
    public void SendAway(string host, int port) => Array.ForEach([.. miners], miner => miner.SendAway(host, port));

    /// <summary>Messages that nobody knows, to every channel that is open.</summary>
    public void SendUnknown(int count) => Array.ForEach([.. miners], miner => miner.SendUnknown(count));

    public void HangUp() => Array.ForEach([.. miners], miner => miner.Dispose());

    /// <summary>Hangs up, and nobody listens any more.</summary>
    public void Dispose()
    {
        closed = true;
        listener.Dispose();
        HangUp();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                var socket = listener.AcceptSocket();
                socket.NoDelay = true;
                var miner = new Miner(this, socket, miners.Count + 1);
                miners.Enqueue(miner);
                new Thread(miner.Serve) { IsBackground = true, Name = "loopback pool's miner" }.Start();
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private sealed class Miner(LoopbackPool pool, Socket socket, int number) : IDisposable
    {
        private readonly Lock sending = new();
        private readonly byte[] plain = new byte[4096];
        private readonly byte[] wire = new byte[8192];
        private FrameSealer? sealer;
        private bool isOpen;

        public void Retarget(UInt256 target)
        {
            lock (sending)
            {
                if (isOpen)
                {
                    Send(new SetTarget
                    {
                        ChannelId = InMemoryPool.FirstChannel,
                        MaximumTarget = InMemoryPool.Bytes(target),
                    });
                }
            }
        }

        public void NewBlock(uint job)
        {
            lock (sending)
            {
                if (isOpen)
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
            }
        }

        public void SendUnknown(int count)
        {
            lock (sending)
            {
                for (var i = 0; i < count && isOpen; i++)
                {
                    Send(default(UnknownMessage));
                }
            }
        }

        public void SendAway(string host, int port)
        {
            lock (sending)
            {
                if (isOpen)
                {
                    Send(new Reconnect { NewHost = Encoding.ASCII.GetBytes(host), NewPort = (ushort)port });
                }
            }
        }

        public void Serve()
        {
            try
            {
                var opener = Handshake();
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
                        Interlocked.Increment(ref pool.frames);
                        Answer(frame);
                    }
                }
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The miner left, or the test hung up.
            }
            finally
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            lock (sending)
            {
                isOpen = false;
                socket.Dispose();
            }
        }

        private FrameOpener Handshake()
        {
            Span<byte> act1 = stackalloc byte[NoiseResponder.Act1Size];
            for (var got = 0; got < act1.Length;)
            {
                var count = socket.Receive(act1[got..]);
                got += count > 0 ? count : throw new SocketException((int)SocketError.ConnectionReset);
            }

            var signer = pool.OfAnotherAuthority ? Stranger : Authority;
            using var responder = new NoiseResponder(
                Server, Certificate.Issue(signer, Server.XOnly, validFrom: 0, notValidAfter: uint.MaxValue));
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
                    Open(frame.Read<OpenStandardMiningChannel>().RequestId);
                    break;
                case MessageType.SubmitSharesStandard:
                    Take(frame.Read<SubmitSharesStandard>());
                    break;
                case MessageType.CloseChannel:
                    pool.SaidGoodbye = true;
                    break;
            }
        }

        private void Open(uint request)
        {
            SpinWait.SpinUntil(() => pool.answers || pool.closed);
            if (pool.RefusesWith is { } why)
            {
                Send(new OpenMiningChannelError { RequestId = request, ErrorCode = Encoding.UTF8.GetBytes(why) });
                return;
            }

            Send(new OpenStandardMiningChannelSuccess
            {
                RequestId = request,
                ChannelId = InMemoryPool.FirstChannel,
                Target = InMemoryPool.Bytes(Targets.FromZeroBits(4)),
                ExtranoncePrefix = default,
                GroupChannelId = 1,
            });
            isOpen = true;
            NewBlock(pool.FirstJob);
        }

        private void Take(SubmitSharesStandard share)
        {
            pool.shares.Enqueue((number, share));
            if (pool.Acknowledges)
            {
                Send(new SubmitSharesSuccess(share.ChannelId, share.SequenceNumber, 1, 1));
            }
        }

        private void Send<T>(scoped in T message)
            where T : IMessage<T>, allows ref struct
        {
            lock (sending)
            {
                var length = FrameWriter.Write(message, plain);
                socket.Send(wire.AsSpan(0, sealer!.Seal(plain.AsSpan(0, length), wire)));
            }
        }
    }
}
