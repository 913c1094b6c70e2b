using System.Net.Sockets;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace TestPool;

/// <summary>A miner in a few lines: blocking, one channel, hashes on the processor.</summary>
internal sealed class TestMiner : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient client = new() { NoDelay = true };
    private readonly NetworkStream stream;
    private readonly byte[] plain = new byte[512];
    private readonly byte[] wire = new byte[1024];
    private NoiseSession? session;
    private FrameSealer? sealer;
    private FrameOpener? opener;

    public TestMiner(PoolServer pool)
    {
        client.Connect(pool.Endpoint);
        stream = client.GetStream();
        stream.ReadTimeout = (int)Patience.TotalMilliseconds;
        plain.AsSpan().Fill(0xFF);
        wire.AsSpan().Fill(0xFF);
    }

    public void Dispose()
    {
        session?.Dispose();
        client.Dispose();
    }

    /// <summary>As the address says: the key after the last slash must have signed.</summary>
    public void Handshake(PoolServer pool)
    {
        var key = AuthorityKey.Parse(pool.Url[(pool.Url.LastIndexOf('/') + 1)..]);
        using var initiator = new NoiseInitiator([key]);
        stream.Write(initiator.Act1);
        var act2 = new byte[NoiseInitiator.Act2Size];
        stream.ReadExactly(act2);
        session = initiator.ReceiveAct2(act2, new ClockView(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Trusted: true));
        sealer = new FrameSealer(session.Sending);
        opener = new FrameOpener(session.Receiving, Receiver.Client);
    }

    /// <summary>The first half of a handshake alone.</summary>
    public void SendAct1(PoolServer pool)
    {
        using var initiator = new NoiseInitiator([AuthorityKey.Parse(pool.Url[(pool.Url.LastIndexOf('/') + 1)..])]);
        stream.Write(initiator.Act1);
    }

    /// <summary>Takes so many bytes, as long as they come; how many there were.</summary>
    public int CountBytes(int most)
    {
        var count = 0;
        while (count < most)
        {
            count += stream.Read(wire, 0, most - count);
        }

        return count;
    }

    public void SpeakPlain()
    {
        sealer = new FrameSealer(null);
        opener = new FrameOpener(null, Receiver.Client);
    }

    public void SendSetup() => Send(new SetupConnection
    {
        Protocol = SetupConnection.MiningProtocol,
        MinVersion = 2,
        MaxVersion = 2,
        Flags = SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling,
        EndpointHost = "127.0.0.1"u8,
        EndpointPort = 3333,
        Vendor = "test"u8,
        HardwareVersion = [],
        Firmware = [],
        DeviceId = [],
    });

    public void SendOpen(uint requestId, float hashRate)
    {
        Span<byte> any = stackalloc byte[UInt256.Size];
        UInt256.Max.Write(any);
        Send(new OpenStandardMiningChannel
        {
            RequestId = requestId,
            UserIdentity = "me.worker"u8,
            NominalHashRate = hashRate,
            MaxTarget = any,
        });
    }

    public void Send<T>(T message)
        where T : IMessage<T>, allows ref struct =>
        stream.Write(wire, 0, sealer!.Seal(plain.AsSpan(0, FrameWriter.Write(message, plain)), wire));

    /// <summary>The next frame. An <see cref="IOException"/> where none comes in time.</summary>
    public Frame Receive()
    {
        Frame frame;
        while (!opener!.TryOpen(out frame))
        {
            var count = stream.Read(opener.Free);
            opener.Received(count > 0 ? count : throw new EndOfStreamException("The pool closed."));
        }

        return frame;
    }

    /// <summary>The next message of that kind; others are passed over.</summary>
    public T ReceiveNext<T>()
        where T : IMessage<T>, allows ref struct
    {
        while (true)
        {
            var frame = Receive();
            if (frame.CoreType == T.Type)
            {
                return frame.Read<T>();
            }
        }
    }

    /// <summary>Handshake, setup and channel; then the first job's header and the target it must meet.</summary>
    public TestJob Open(PoolServer pool, float hashRate = 1000)
    {
        Handshake(pool);
        SendSetup();
        Assert.Equal(new SetupConnectionSuccess(2, 0), ReceiveNext<SetupConnectionSuccess>());
        return OpenChannel(requestId: 1, hashRate);
    }

    public TestJob OpenChannel(uint requestId, float hashRate)
    {
        SendOpen(requestId, hashRate);
        var opened = ReceiveNext<OpenStandardMiningChannelSuccess>();
        Assert.Equal(requestId, opened.RequestId);
        var (channel, target) = (opened.ChannelId, UInt256.Read(opened.Target));
        var job = ReceiveNext<NewMiningJob>();
        var id = job.JobId;
        var header = new BlockHeader { Version = job.Version, MerkleRoot = UInt256.Read(job.MerkleRoot) };
        var block = ReceiveNext<SetNewPrevHash>();
        Assert.Equal((channel, id), (block.ChannelId, block.JobId));
        return new TestJob(channel, id, target, header with
        {
            PreviousHash = UInt256.Read(block.PrevHash),
            NTime = block.MinNTime,
            NBits = block.NBits,
        });
    }

    /// <summary>Nothing more comes: the pool has closed, or cut, the connection.</summary>
    public bool IsClosedByPool()
    {
        try
        {
            while (stream.Read(wire) > 0)
            {
            }

            return true;
        }
        catch (IOException exception)
        {
            return exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset };
        }
    }

    /// <summary>The pool neither says anything nor closes for so long.</summary>
    public bool HearsNothingFor(TimeSpan time) =>
        !client.Client.Poll(time, SelectMode.SelectRead);
}

/// <summary>What one hashes for one channel.</summary>
internal sealed record TestJob(uint ChannelId, uint JobId, UInt256 Target, BlockHeader Header)
{
    private uint nonce;
    private uint sequence;

    /// <summary>The next share, found by trying nonces.</summary>
    public SubmitSharesStandard Find()
    {
        while (true)
        {
            var tried = Header with { Nonce = nonce++ };
            if (Sha256d.Hash(tried) <= Target)
            {
                return new(ChannelId, ++sequence, JobId, tried.Nonce, tried.NTime, tried.Version);
            }
        }
    }
}
