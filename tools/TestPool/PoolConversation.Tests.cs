using System.Buffers.Binary;
using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

public sealed class PoolConversationTests : IDisposable
{
    private const uint StartTime = 1_700_000_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly byte[] Any = UInt256Bytes(UInt256.Max);

    private readonly Ledger ledger = new();
    private readonly StringWriter log = new();
    private readonly BlockChain chain = new(seed: 1, interval: 60 * Second, TimeSpan.Zero, StartTime);

    public void Dispose() => log.Dispose();

    [Fact]
    public void TheFirstMessagesAfterOpeningAreAFutureJobAndItsBlock()
    {
        var pool = OpenPool(new PoolOptions());

        var target = PoolTarget.FromHashRate(1e4, 120);
        var opened = Next(pool).Read<OpenStandardMiningChannelSuccess>();
        Assert.Equal(77u, opened.RequestId);
        Assert.Equal(target, UInt256.Read(opened.Target));
        var job = Next(pool).Read<NewMiningJob>();
        Assert.Equal(opened.ChannelId, job.ChannelId);
        Assert.Null(job.MinNTime);
        var block = Next(pool).Read<SetNewPrevHash>();
        Assert.Equal(opened.ChannelId, block.ChannelId);
        Assert.Equal(job.JobId, block.JobId);
        Assert.Equal(StartTime, block.MinNTime);
        Assert.True(UInt256.Read(block.PrevHash) <= PoolTarget.FromBits(block.NBits));
        Assert.False(pool.Outbox.TryTake(out _));
    }

    [Fact]
    public void TheHundredThousandthConnectionIsServedLikeTheFirst()
    {
        var pool = new PoolConversation(100_000, new PoolOptions(), chain, ledger);
        Send(pool, Setup());
        Send(pool, Open("me", 1e4f, Any));

        Assert.Equal(4, Drain(pool).Count);
    }

    [Fact]
    public void AJobComesEveryTwentySecondsAndABlockEverySixty()
    {
        var pool = OpenPool(new PoolOptions());
        Drain(pool);

        var types = new List<(int Second, byte Type)>();
        for (var at = 1; at <= 120; at++)
        {
            chain.Step(at * Second);
            pool.Tick(at * Second);
            types.AddRange(Drain(pool).Select(frame => (at, frame[2])));
        }

        const byte Job = (byte)MessageType.NewMiningJob;
        const byte Block = (byte)MessageType.SetNewPrevHash;
        Assert.Equal(
            [(20, Job), (40, Job), (60, Job), (60, Block), (80, Job), (100, Job), (120, Job), (120, Block)],
            types);
    }

    [Theory]
    [InlineData(1, 2, 2, 5u, "Acme", "unsupported-protocol")]
    [InlineData(0, 3, 4, 5u, "Acme", "protocol-version-mismatch")]
    [InlineData(0, 0, 1, 5u, "Acme", "protocol-version-mismatch")]
    [InlineData(0, 2, 2, 0x15u, "Acme", "unsupported-feature-flags")]
    [InlineData(0, 2, 2, 7u, "Acme", "unsupported-feature-flags")]
    [InlineData(0, 2, 2, 5u, "", "missing-vendor")]
    public void ASetupThePoolCannotServeIsRefusedAndClosed(
        byte protocol,
        ushort minVersion,
        ushort maxVersion,
        uint flags,
        string vendor,
        string code)
    {
        var pool = NewPool(new PoolOptions());
        Send(pool, Setup(protocol, minVersion, maxVersion, flags, vendor));

        var refusal = Next(pool).Read<SetupConnectionError>();
        Assert.Equal(code, Encoding.ASCII.GetString(refusal.ErrorCode));
        Assert.Equal(flags & ~5u, refusal.Flags);
        Assert.NotNull(pool.Ended);
    }

    [Theory]
    [InlineData("", 1e4f, "invalid-user-identity")]
    [InlineData("me", float.NaN, "invalid-nominal-hashrate")]
    [InlineData("me", float.PositiveInfinity, "invalid-nominal-hashrate")]
    [InlineData("me", -1f, "invalid-nominal-hashrate")]
    public void AChannelThatMakesNoSenseIsRefusedAndTheConnectionStays(string user, float hashRate, string code)
    {
        var pool = NewPool(new PoolOptions());
        Send(pool, Setup());
        Drain(pool);
        var bytes = new byte[512];
        var open = Plain(Open(user, 0, Any), bytes); // Our own writer refuses to write such rates.
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(FrameHeader.Size + 5 + user.Length), hashRate);
        pool.Receive(open, TimeSpan.Zero);

        var refusal = Next(pool).Read<OpenMiningChannelError>();
        Assert.Equal(code, Encoding.ASCII.GetString(refusal.ErrorCode));
        Assert.Equal(77u, refusal.RequestId);
        Assert.Null(pool.Ended);
    }

    [Fact]
    public void TheTargetIsNeverEasierThanTheMinerTolerates()
    {
        var pool = NewPool(new PoolOptions());
        Send(pool, Setup());
        Drain(pool);
        Send(pool, Open("me", 1, UInt256Bytes(UInt256.Difficulty1)));

        Assert.Equal(
            UInt256.Difficulty1,
            UInt256.Read(Next(pool).Read<OpenStandardMiningChannelSuccess>().Target));
    }

    [Fact]
    public void ARequestIdServesOnce()
    {
        var pool = OpenPool(new PoolOptions());
        Drain(pool);
        Send(pool, Open("me", 1e4f, Any));

        Assert.Equal(
            "request-id-used-twice",
            Encoding.ASCII.GetString(Next(pool).Read<OpenMiningChannelError>().ErrorCode));
    }

    [Fact]
    public void ASharePassesThroughToTheLedgerAndIsAcknowledgedASecondLater()
    {
        var pool = OpenPool(new PoolOptions());
        var share = FindShare(pool);
        Send(pool, share, Second);
        Assert.Empty(Drain(pool));

        pool.Tick(2 * Second);

        var success = Next(pool).Read<SubmitSharesSuccess>();
        Assert.Equal(new SubmitSharesSuccess(share.ChannelId, 1, 1, success.NewSharesSum), success);
        Assert.Equal((1, 0), (ledger.Accepted, ledger.Rejected));
        Assert.Equal(Second, ledger.LastShareAt);
    }

    [Fact]
    public void ARefusedShareIsAnsweredAtOnceAndSaysWhyInTheLog()
    {
        var pool = OpenPool(new PoolOptions());
        var share = FindShare(pool);
        Send(pool, share with { JobId = share.JobId + 1 }, Second);

        var error = Next(pool).Read<SubmitSharesError>();
        Assert.Equal("invalid-job-id", Encoding.ASCII.GetString(error.ErrorCode));
        Assert.Equal(1u, error.SequenceNumber);
        Assert.Equal((0, 1), (ledger.Accepted, ledger.Rejected));
        Assert.StartsWith("refused share: connection 3 channel ", log.ToString(), StringComparison.Ordinal);
        Assert.Contains("invalid-job-id: no such job", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AShareForAChannelThatIsNotOpenIsRefused()
    {
        var pool = OpenPool(new PoolOptions());
        var share = FindShare(pool);
        Send(pool, share with { ChannelId = 1 }, Second);

        Assert.Equal(
            "invalid-channel-id",
            Encoding.ASCII.GetString(Next(pool).Read<SubmitSharesError>().ErrorCode));
        Assert.Equal(ShareErrors.InvalidChannelId, ledger.Verdicts.Single().Code);
    }

    [Fact]
    public void AJobKeepsTheTargetItBecameActiveWithAndAWaitingOneTakesTheNewOne()
    {
        var scenario = Scenario.Default with { Targets = new(Second, target => Vardiff.Scale(target, 0.5)) };
        var pool = OpenPool(new PoolOptions { Scenario = scenario });
        var share = FindShare(pool);
        pool.Tick(Second);
        var future = Next(pool).Read<NewMiningJob>();
        Assert.Null(future.MinNTime);
        Assert.Equal(MessageType.SetTarget, Next(pool).CoreType);
        pool.SetTarget(UInt256.Zero);
        Send(pool, share, Second);
        Assert.Equal(1, ledger.Accepted);

        chain.FindBlock(Second);
        pool.Tick(Second);
        Send(pool, share with { JobId = future.JobId, SequenceNumber = 2, NTime = share.NTime + 1 }, Second);

        Assert.Equal(ShareErrors.DifficultyTooLow, ledger.Verdicts[^1].Code);
        Assert.Equal(1, ledger.Accepted);
    }

    [Fact]
    public void AMinerThatTellsAnotherHashRateGetsAnotherTarget()
    {
        var pool = OpenPool(new PoolOptions());
        var share = FindShare(pool);
        Send(pool, new UpdateChannel { ChannelId = share.ChannelId, NominalHashRate = 2e6f, MaximumTarget = Any });

        Assert.Equal(PoolTarget.FromHashRate(2e6, 120), UInt256.Read(Next(pool).Read<SetTarget>().MaximumTarget));
    }

    [Fact]
    public void FramesOfExtensionsAreIgnoredAndMessagesForMinersAreNot()
    {
        var pool = OpenPool(new PoolOptions());
        Drain(pool);
        pool.Receive(new Frame(extensionType: 1, channelBit: false, type: 0, payload: [0, 0, 0, 0]), Second);
        pool.Receive(new Frame(extensionType: 0, channelBit: false, type: 0xEE, payload: []), Second);
        Assert.Equal(2, pool.Ignored);
        Assert.Null(pool.Ended);

        Send(pool, new SubmitSharesSuccess(1, 1, 1, 1));

        Assert.NotNull(pool.Ended);
    }

    [Theory]
    [InlineData("stall-at-setup", "")]
    [InlineData("stall-at-open", "01")]
    [InlineData("no-first-job", "01 11")]
    [InlineData("silent", "01 11 15 20")]
    [InlineData("close-after-open", "01 11")]
    [InlineData("refuse", "02")]
    [InlineData("default", "01 11 15 20 15")]
    public void AScenarioSaysSoMuchInTheFirstTwentySecondsAndNoMore(string name, string types)
    {
        var pool = NewPool(new PoolOptions { Scenario = Scenario.Named(name)! });
        Send(pool, Setup());
        if (pool.Ended is null)
        {
            pool.Receive(Plain(Open("me", 1e4f, Any), new byte[128]), TimeSpan.Zero);
        }

        for (var at = 1; at <= 20; at++)
        {
            pool.Tick(at * Second);
        }

        Assert.Equal(types, string.Join(' ', Drain(pool).Select(frame => frame[2].ToString("x2"))));
    }

    private PoolConversation NewPool(PoolOptions options) =>
        new(connection: 3, options with { Log = log }, chain, ledger);

    private PoolConversation OpenPool(PoolOptions options)
    {
        var pool = NewPool(options);
        Send(pool, Setup());
        Assert.Equal(new SetupConnectionSuccess(2, 0), Next(pool).Read<SetupConnectionSuccess>());
        Send(pool, Open("me", 1e4f, Any));
        return pool;
    }

    /// <summary>Takes the opening messages and hashes until the job's target is met: a few thousand tries.</summary>
    private static SubmitSharesStandard FindShare(PoolConversation pool)
    {
        var opened = Next(pool).Read<OpenStandardMiningChannelSuccess>();
        var target = UInt256.Read(opened.Target);
        var job = Next(pool).Read<NewMiningJob>();
        var block = Next(pool).Read<SetNewPrevHash>();
        var header = new BlockHeader
        {
            Version = job.Version,
            PreviousHash = UInt256.Read(block.PrevHash),
            MerkleRoot = UInt256.Read(job.MerkleRoot),
            NTime = block.MinNTime,
            NBits = block.NBits,
        };
        while (Sha256d.Hash(header) > target) // The product's own, so that the two have to agree.
        {
            header = header with { Nonce = header.Nonce + 1 };
        }

        return new(opened.ChannelId, 1, job.JobId, header.Nonce, header.NTime, header.Version);
    }

    private static SetupConnection Setup(
        byte protocol = 0,
        ushort minVersion = 2,
        ushort maxVersion = 2,
        uint flags = 5,
        string vendor = "Acme") => new()
        {
            Protocol = protocol,
            MinVersion = minVersion,
            MaxVersion = maxVersion,
            Flags = flags,
            EndpointHost = "localhost"u8,
            EndpointPort = 3333,
            Vendor = Encoding.ASCII.GetBytes(vendor),
            HardwareVersion = "h"u8,
            Firmware = "f"u8,
            DeviceId = [],
        };

    private static OpenStandardMiningChannel Open(string user, float hashRate, byte[] maxTarget) => new()
    {
        RequestId = 77,
        UserIdentity = Encoding.ASCII.GetBytes(user),
        NominalHashRate = hashRate,
        MaxTarget = maxTarget,
    };

    private static void Send<T>(PoolConversation pool, T message, TimeSpan now = default)
        where T : IMessage<T>, allows ref struct => pool.Receive(Plain(message, new byte[512]), now);

    private static Frame Plain<T>(T message, byte[] buffer)
        where T : IMessage<T>, allows ref struct
    {
        buffer.AsSpan().Fill(0xFF);
        return Parse(buffer.AsSpan(0, FrameWriter.Write(message, buffer)));
    }

    private static Frame Next(PoolConversation pool)
    {
        Assert.True(pool.Outbox.TryTake(out var frame));
        return Parse(frame);
    }

    private static Frame Parse(ReadOnlySpan<byte> frame) =>
        new(FrameHeader.Read(frame), frame[FrameHeader.Size..]);

    private static List<byte[]> Drain(PoolConversation pool)
    {
        var frames = new List<byte[]>();
        while (pool.Outbox.TryTake(out var frame))
        {
            frames.Add(frame);
        }

        return frames;
    }

    private static byte[] UInt256Bytes(UInt256 number)
    {
        var bytes = new byte[UInt256.Size];
        number.Write(bytes);
        return bytes;
    }
}
