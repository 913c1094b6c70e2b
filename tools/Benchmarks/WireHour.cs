using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Benchmarks;

/// <summary>
/// The model hour of SV2 reference §5.3: 120 jobs, six of them with a new block, and 360 shares, acknowledged in tens.
/// Every message is sealed with the keys of a real handshake, opened at the other end, and its bytes are counted.
/// </summary>
internal sealed class WireHour : IDisposable
{
    public const int Jobs = 120;
    public const int Shares = 360;

    private const int JobsABlock = 20;
    private const int SharesAJob = Shares / Jobs;
    private const int SharesAnAcknowledgement = 10;
    private const int MerkleNodes = 12;
    private const uint Channel = 2;
    private const uint Version = 0x2000_0000;
    private const uint Start = 1_700_000_000;

    // SV2 reference §5.2: the coinbase of a pool's job, which leaves 20 bytes to both extranonces.
    private static readonly byte[] CoinbasePrefix = Convert.FromHexString(
        "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff2503a0bb0d0b"
        + "5376322f706f6f6c2f6d2f14");

    private static readonly byte[] CoinbaseSuffix = Convert.FromHexString(
        "feffffff02205fa0120000000016001411111111111111111111111111111111111111110000000000000000266a24aa21a9"
        + "ed22222222222222222222222222222222222222222222222222222222222222229fbb0d00");

    private static readonly byte[] ExtranoncePrefix = new byte[12];
    private static readonly byte[] Extranonce = new byte[8];
    private static readonly byte[] Hash = new byte[UInt256.Size];

    private readonly bool extended;
    private readonly NoiseSession miner;
    private readonly NoiseSession pool;
    private readonly Direction up;
    private readonly Direction down;

    public WireHour(bool extended)
    {
        this.extended = extended;
        using var authority = KeyPair.Generate();
        using var server = KeyPair.Generate();
        using var initiator = new NoiseInitiator([authority.Authority]);
        using var responder = new NoiseResponder(server, Certificate.Issue(authority, server.XOnly, 0, uint.MaxValue));
        var act2 = new byte[NoiseResponder.Act2Size];
        pool = responder.ReceiveAct1(initiator.Act1, act2);
        miner = initiator.ReceiveAct2(act2, new ClockView(1, Trusted: true));
        up = new Direction(miner.Sending, pool.Receiving, Receiver.Server, NoiseInitiator.Act1Size);
        down = new Direction(pool.Sending, miner.Receiving, Receiver.Client, act2.Length);
    }

    public WireBytes Run()
    {
        SetUp();
        Open();
        for (uint i = 0; i < Jobs; i++)
        {
            GiveJob(i, newBlock: i % JobsABlock == 0);
            for (uint share = 1; share <= SharesAJob; share++)
            {
                Submit(i, i * SharesAJob + share);
            }
        }

        return new(up.Bytes, down.Bytes);
    }

    public void Dispose()
    {
        miner.Dispose();
        pool.Dispose();
    }

    private void SetUp()
    {
        up.Send(new SetupConnection
        {
            Protocol = SetupConnection.MiningProtocol,
            MinVersion = SetupConnection.Version,
            MaxVersion = SetupConnection.Version,
            Flags = SetupConnection.RequiresVersionRolling | (extended ? 0 : SetupConnection.RequiresStandardJobs),
            EndpointHost = "stratum.pool.example"u8,
            EndpointPort = 3333,
            Vendor = "Sv2Firmware"u8,
            HardwareVersion = "Bitaxe Gamma 601"u8,
            Firmware = "sv2fw 0.1.0"u8,
            DeviceId = default,
        });
        down.Send(new SetupConnectionSuccess(SetupConnection.Version, Flags: 0));
    }

    private void Open()
    {
        if (extended)
        {
            up.Send(new OpenExtendedMiningChannel
            {
                RequestId = 1,
                UserIdentity = "account.worker"u8,
                NominalHashRate = 1.07e12f,
                MaxTarget = Hash,
                MinExtranonceSize = (ushort)Extranonce.Length,
            });
            down.Send(new OpenExtendedMiningChannelSuccess
            {
                RequestId = 1,
                ChannelId = Channel,
                Target = Hash,
                ExtranonceSize = (ushort)Extranonce.Length,
                ExtranoncePrefix = ExtranoncePrefix,
                GroupChannelId = 1,
            });
            return;
        }

        up.Send(new OpenStandardMiningChannel
        {
            RequestId = 1,
            UserIdentity = "account.worker"u8,
            NominalHashRate = 1.07e12f,
            MaxTarget = Hash,
        });
        down.Send(new OpenStandardMiningChannelSuccess
        {
            RequestId = 1,
            ChannelId = Channel,
            Target = Hash,
            ExtranoncePrefix = ExtranoncePrefix,
            GroupChannelId = 1,
        });
    }

    private void GiveJob(uint job, bool newBlock)
    {
        uint? minNTime = newBlock ? null : Start;
        if (extended)
        {
            down.Send(new NewExtendedMiningJob
            {
                ChannelId = Channel,
                JobId = job,
                MinNTime = minNTime,
                Version = Version,
                VersionRollingAllowed = true,
                MerklePath = new ItemSequence(new byte[MerkleNodes * UInt256.Size], UInt256.Size),
                CoinbaseTxPrefix = CoinbasePrefix,
                CoinbaseTxSuffix = CoinbaseSuffix,
            });
        }
        else
        {
            down.Send(new NewMiningJob
            {
                ChannelId = Channel,
                JobId = job,
                MinNTime = minNTime,
                Version = Version,
                MerkleRoot = Hash,
            });
        }

        if (newBlock)
        {
            down.Send(new SetNewPrevHash
            {
                ChannelId = Channel,
                JobId = job,
                PrevHash = Hash,
                MinNTime = Start,
                NBits = 0x1703_4219,
            });
        }
    }

    private void Submit(uint job, uint sequence)
    {
        if (extended)
        {
            up.Send(new SubmitSharesExtended
            {
                ChannelId = Channel,
                SequenceNumber = sequence,
                JobId = job,
                Nonce = sequence,
                NTime = Start,
                Version = Version,
                Extranonce = Extranonce,
            });
        }
        else
        {
            up.Send(new SubmitSharesStandard(Channel, sequence, job, sequence, Start, Version));
        }

        if (sequence % SharesAnAcknowledgement == 0)
        {
            down.Send(new SubmitSharesSuccess(Channel, sequence, SharesAnAcknowledgement, 23_280));
        }
    }

    /// <summary>One direction of the connection, from its handshake's bytes on.</summary>
    private sealed class Direction(CipherState sending, CipherState receiving, Receiver receiver, int handshake)
    {
        private readonly FrameSealer sealer = new(sending);
        private readonly FrameOpener opener = new(receiving, receiver);
        private readonly byte[] plain = new byte[4096];
        private readonly byte[] wire = new byte[4096];

        public int Bytes { get; private set; } = handshake;

        public void Send<T>(scoped in T message)
            where T : IMessage<T>, allows ref struct
        {
            var length = sealer.Seal(plain.AsSpan(0, FrameWriter.Write(message, plain)), wire);
            wire.AsSpan(0, length).CopyTo(opener.Free);
            opener.Received(length);
            if (!opener.TryOpen(out var frame) || frame.Type != (byte)T.Type)
            {
                throw new InvalidOperationException($"{typeof(T).Name} did not come through.");
            }

            Bytes += length;
        }
    }
}
