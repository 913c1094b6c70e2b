using System.Buffers.Binary;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Benchmarks;

/// <summary>
/// The pool's end of one connection, bytes in and bytes out: answers handshake, setup and opening by itself, and sends
/// jobs, blocks and acknowledgements when it is told to. Every share is as good as another.
/// </summary>
internal sealed class PoolEnd : IDisposable
{
    private const uint Version = 0x2000_0000;
    private const uint NBits = 0x1703_4219; // Of block 840000: nothing here is a block.
    private const uint FirstTime = 1_713_571_767;

    private readonly KeyPair authority = KeyPair.Generate();
    private readonly KeyPair server = KeyPair.Generate();
    private readonly byte[] act1 = new byte[NoiseResponder.Act1Size];
    private readonly byte[] outgoing = new byte[64 * 1024];
    private readonly byte[] plain = new byte[1024];
    private readonly byte[] bytes = new byte[UInt256.Size];
    private int act1Count;
    private int outgoingCount;
    private uint jobs;
    private uint channels;
    private NoiseSession? session;
    private FrameSealer? sealer;
    private FrameOpener? opener;

    public string Key => authority.Authority.ToString();

    /// <summary>What is to be sent now; <see cref="Clear"/> it then.</summary>
    public ReadOnlySpan<byte> Outgoing => outgoing.AsSpan(0, outgoingCount);

    /// <summary>A channel is open, so that jobs may come.</summary>
    public bool IsOpen => channels > 0;

    /// <summary>How many channels are open.</summary>
    public uint Channels => channels;

    /// <summary>How many zero bits make a share.</summary>
    public int ShareZeroBits { get; init; }

    public SubmitSharesStandard LastShare { get; private set; }

    public long Shares { get; private set; }

    /// <summary>The previous hash of the newest block, which names it.</summary>
    public UInt256 Tip { get; private set; }

    public void Clear() => outgoingCount = 0;

    public void Receive(ReadOnlySpan<byte> received)
    {
        if (opener is null)
        {
            received = ReceiveAct1(received);
        }

        if (opener is not { } frames || received.IsEmpty)
        {
            return;
        }

        received.CopyTo(frames.Free);
        frames.Received(received.Length);
        while (frames.TryOpen(out var frame))
        {
            Answer(frame);
        }
    }

    /// <summary>A future job, which <see cref="SendTip"/> makes the present one.</summary>
    public void SendFutureJob() => SendJob(minNTime: null);

    /// <summary>A job on the present tip.</summary>
    public void SendJob(uint? minNTime)
    {
        jobs++;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, jobs);
        for (var channel = 1u; channel <= channels; channel++)
        {
            Send(new NewMiningJob
            {
                ChannelId = channel,
                JobId = jobs,
                MinNTime = minNTime,
                Version = Version,
                MerkleRoot = bytes,
            });
        }
    }

    public void SendTip()
    {
        Tip = new UInt256(jobs, 0, 0, 0);
        Tip.Write(bytes);
        for (var channel = 1u; channel <= channels; channel++)
        {
            Send(new SetNewPrevHash
            {
                ChannelId = channel,
                JobId = jobs,
                PrevHash = bytes,
                MinNTime = FirstTime,
                NBits = NBits,
            });
        }
    }

    public void SendAcknowledgement() =>
        Send(new SubmitSharesSuccess(LastShare.ChannelId, LastShare.SequenceNumber, NewSubmitsAcceptedCount: 10, 10));

    public void Dispose()
    {
        session?.Dispose();
        authority.Dispose();
        server.Dispose();
    }

    private ReadOnlySpan<byte> ReceiveAct1(ReadOnlySpan<byte> received)
    {
        var count = Math.Min(received.Length, act1.Length - act1Count);
        received[..count].CopyTo(act1.AsSpan(act1Count));
        act1Count += count;
        if (act1Count == act1.Length)
        {
            var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var certificate = Certificate.Issue(authority, server.XOnly, now, now + 3600);
            using var responder = new NoiseResponder(server, certificate);
            session = responder.ReceiveAct1(act1, outgoing.AsSpan(outgoingCount));
            outgoingCount += NoiseResponder.Act2Size;
            sealer = new FrameSealer(session.Sending);
            opener = new FrameOpener(session.Receiving, Receiver.Server);
        }

        return received[count..];
    }

    private void Answer(Frame frame)
    {
        switch (frame.CoreType)
        {
            case MessageType.SetupConnection:
                Send(new SetupConnectionSuccess(SetupConnection.Version, Flags: 0));
                break;
            case MessageType.OpenStandardMiningChannel:
                Targets.FromZeroBits(ShareZeroBits).Write(bytes);
                Send(new OpenStandardMiningChannelSuccess
                {
                    RequestId = frame.Read<OpenStandardMiningChannel>().RequestId,
                    ChannelId = ++channels,
                    Target = bytes,
                    ExtranoncePrefix = [],
                    GroupChannelId = 0,
                });
                break;
            case MessageType.SubmitSharesStandard:
                LastShare = frame.Read<SubmitSharesStandard>();
                Shares++;
                break;
            default:
                break;
        }
    }

    private void Send<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        var length = FrameWriter.Write(message, plain);
        outgoingCount += sealer!.Seal(plain.AsSpan(0, length), outgoing.AsSpan(outgoingCount));
    }
}
