using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>What a session survives, and what it leaves a pool for (SV2 reference §4.11 and §14).</summary>
public sealed class HostilePoolTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly InMemoryPool pool = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(233)]
    public void AHandshakeThatStopsAtAnyByteIsLeftAfterTenSeconds(int bytes)
    {
        pool.GiveRaw(pool.MakeAct2().AsSpan(0, bytes));
        pool.Pass(9.9 * Second);
        Assert.Null(pool.Ended);

        pool.Pass(0.2 * Second);
        Assert.Contains("handshake", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void ASetupThatIsNotAnsweredIsLeftAfterTenSeconds()
    {
        pool.AnswerHandshake();
        AssertLeftAfter(10 * Second);
    }

    [Fact]
    public void AChannelThatIsNotOpenedIsLeftAfterTenSeconds()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        AssertLeftAfter(10 * Second);
    }

    [Fact]
    public void AFirstJobThatDoesNotComeIsWaitedForThirtySeconds()
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        AssertLeftAfter(30 * Second);
    }

    [Fact]
    public void AFrameThatIsNotFinishedIsLeftAfterThirtySecondsHoweverSlowlyItDrips()
    {
        Start();
        var frame = pool.Sealed(new SetTarget
        {
            ChannelId = InMemoryPool.FirstChannel,
            MaximumTarget = InMemoryPool.Filled(1),
        });
        for (var i = 0; i < 29; i++)
        {
            pool.GiveRaw(frame.AsSpan(i, 1));
            pool.Pass(Second);
        }

        Assert.Null(pool.Ended);
        AssertLeftAfter(Second);
    }

    [Fact]
    public void ASilentPoolIsAskedForASignOfLifeAndLeftAfterFiveMinutes()
    {
        Start();
        pool.Pass(119 * Second);
        Assert.Empty(pool.Take(MessageType.UpdateChannel));
        pool.Pass(2 * Second);
        Assert.Single(pool.Take(MessageType.UpdateChannel));

        pool.GiveTarget(InMemoryPool.Target);
        pool.Pass(299 * Second);
        Assert.Null(pool.Ended);
        AssertLeftAfter(Second);
    }

    [Fact]
    public void ATipWithoutAJobStopsTheOldWorkAndMayBeMendedForFiveSecondsBeforeTheChannelIsReopened()
    {
        Start();
        pool.GiveTip(job: 99, hash: 10);
        Assert.Equal(new ChannelStep(Start: null, StopOldWork: true), pool.LastStep);

        pool.Pass(4 * Second);
        pool.GiveJob(100);
        Assert.Equal(100u, pool.LastStep.Start?.Id);
        pool.Pass(20 * Second);
        Assert.Null(pool.Ended);

        pool.GiveTip(job: 199, hash: 11);
        pool.Pass(4.9 * Second);
        Assert.Empty(pool.TakeTypes());
        pool.Pass(0.2 * Second);
        Assert.Equal([MessageType.CloseChannel, MessageType.OpenStandardMiningChannel], pool.TakeTypes());
        Assert.Null(pool.Ended);
    }

    [Fact]
    public void TipAfterTipWithoutAJobDoesNotBuyThePoolMoreTime()
    {
        Start();
        for (byte tip = 10; tip < 13; tip++)
        {
            Assert.Empty(pool.TakeTypes());
            pool.GiveTip(job: 99, hash: tip);
            pool.Pass(2 * Second);
        }

        Assert.Equal([MessageType.CloseChannel, MessageType.OpenStandardMiningChannel], pool.TakeTypes());
    }

    [Fact]
    public void APoolThatNeverHasAJobForItsTipsIsLeftInTheEnd()
    {
        Start();
        var channel = InMemoryPool.FirstChannel;
        for (byte tip = 10; tip < 100 && pool.Ended is null; tip++)
        {
            pool.GiveTip(job: 99, hash: tip, channel);
            pool.Pass(11 * Second);
            pool.SkipTo(MessageType.OpenStandardMiningChannel).AnswerOpen(first: ++channel);
        }

        Assert.Contains("no job", pool.Ended, StringComparison.Ordinal);
        Assert.True(pool.Now < TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void MessagesForUnknownChannelsChangeNothing()
    {
        Start();
        foreach (var stranger in new[] { 0u, 3u, uint.MaxValue })
        {
            pool.GiveFutureJob(50, channel: stranger);
            pool.GiveTip(job: 50, hash: 66, channel: stranger);
            pool.GiveTarget(UInt256.Zero, channel: stranger);
            pool.Confirm(last: 1, count: 1, channel: stranger);
            pool.Reject(1, "stale-share", channel: stranger);
            pool.Give(new CloseChannel { ChannelId = stranger, ReasonCode = "x"u8 });
            pool.Give(new SetExtranoncePrefix { ChannelId = stranger, ExtranoncePrefix = default });
        }

        Assert.Null(pool.Ended);
        Assert.Equal(21, pool.Session.Ignored);
        Assert.All(pool.Steps.TakeLast(21), step => Assert.Equal(default, step));
        pool.GiveJob(60);
        Assert.Equal(InMemoryPool.Target, pool.LastStep.Start?.Target);
    }

    [Fact]
    public void AMalformedMessageEndsTheSession()
    {
        Start();
        var plain = new byte[FrameHeader.Size + 45];
        new FrameHeader(0, true, (byte)MessageType.NewMiningJob, 45).Write(plain);
        plain[FrameHeader.Size + 8] = 2; // OPTION with two values

        pool.GiveRaw(pool.SealedFrame(plain));

        Assert.Contains("OPTION", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void AnImpossibleLengthEndsTheSession()
    {
        Start();
        var plain = new byte[FrameHeader.Size + 500_000];
        new FrameHeader(0, true, (byte)MessageType.SetTarget, 500_000).Write(plain);

        pool.GiveRaw(pool.SealedFrame(plain));

        Assert.NotNull(pool.Ended);
    }

    [Fact]
    public void AnyFlippedBitOfAFrameEndsTheSession()
    {
        var frame = FrameOf(pool.Opened());
        for (var i = 0; i < frame.Length; i += 7)
        {
            using var other = new InMemoryPool();
            var damaged = FrameOf(other.Opened());
            damaged[i] ^= 0x10;
            other.GiveRaw(damaged);
            Assert.NotNull(other.Ended);
            Assert.Equal(default, other.LastStep);
        }
    }

    [Fact]
    public void AReplayedFrameEndsTheSession()
    {
        var frame = FrameOf(pool.Opened());
        pool.GiveRaw(frame);
        Assert.Null(pool.Ended);
        pool.GiveRaw(frame);
        Assert.NotNull(pool.Ended);
    }

    [Fact]
    public void ANoiseServerOfAnotherAuthorityIsLeftBeforeAnyFrameIsSent()
    {
        using var stranger = KeyPair.Generate();
        pool.GiveRaw(pool.MakeAct2(signer: stranger));

        Assert.NotNull(pool.Ended);
        Assert.Empty(pool.Take(MessageType.SetupConnection));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("{\"id\":1,\"result\":null,\"error\":null}\n")]
    public void AServerOfAnotherProtocolIsLeftWithAClearWord(string banner)
    {
        pool.GiveRaw(System.Text.Encoding.ASCII.GetBytes(banner));
        pool.HangUp();

        Assert.NotNull(pool.Ended);
    }

    [Fact]
    public void NothingIsTakenFromASessionThatHasEnded()
    {
        Start();
        var sink = pool.Steps.Last(step => step.Start is not null).Start!.Sink;
        pool.HangUp();

        Assert.False(sink.TrySubmit(default, pool.Now));
        Assert.Equal(SessionStage.Ended, pool.Session.Stage);
    }

    [Fact]
    public void ASecondChannelWithTheSameIdIsNotBelieved()
    {
        using var two = new InMemoryPool(chains: 2);
        two.AnswerHandshake();
        two.AnswerSetup();
        foreach (var request in new[] { 1u, 2u })
        {
            two.Give(new OpenStandardMiningChannelSuccess
            {
                RequestId = request,
                ChannelId = 5,
                Target = InMemoryPool.Filled(1),
                ExtranoncePrefix = default,
                GroupChannelId = 1,
            });
        }

        Assert.Equal(1, two.Session.Ignored);
        two.GiveFutureJob(1, channel: 5);
        two.GiveTip(job: 1, channel: 5);
        Assert.Equal([1u, null], two.Steps.TakeLast(2).Select(step => step.Start?.Id));
    }

    public void Dispose() => pool.Dispose();

    private static byte[] FrameOf(InMemoryPool pool) => pool.Sealed(new NewMiningJob
    {
        ChannelId = InMemoryPool.FirstChannel,
        JobId = 1,
        MinNTime = null,
        Version = 0x2000_0000,
        MerkleRoot = InMemoryPool.Filled(7),
    });

    private void Start()
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
    }

    private void AssertLeftAfter(TimeSpan time)
    {
        pool.Pass(time - TimeSpan.FromMilliseconds(50));
        Assert.Null(pool.Ended);
        pool.Pass(TimeSpan.FromMilliseconds(100));
        Assert.NotNull(pool.Ended);
    }
}
