using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>A session whose channels are extended ones (SV2 reference §6).</summary>
public sealed class ExtendedSessionTests : IDisposable
{
    private static readonly byte[] Prefix = [0xAA, 0xBB, 0xCC, 0xDD];

    private readonly InMemoryPool pool = new(
        chains: 2,
        change: terms => terms with { Channel = ChannelChoice.Extended, PayoutScript = new byte[] { 0x51 } });

    [Fact]
    public void EveryChainAsksForEightBytesOfExtranonce()
    {
        Assert.Equal([(1u, (ushort)8), (2u, (ushort)8)], Requests());
    }

    [Fact]
    public void APoolWithoutSoManyIsAskedForFourAndForNoLess()
    {
        Requests();
        Refuse(1, "min-extranonce-size-too-large");
        Assert.Equal([(3u, (ushort)4)], Requests());
        Refuse(3, "min-extranonce-size-too-large");
        Assert.Empty(pool.TakeTypes());
        Assert.Null(pool.Ended); // The other chain's request is not answered yet.

        Refuse(2, "min-extranonce-size-too-large");
        Assert.NotNull(pool.Ended);
    }

    [Fact]
    public void AGroupsJobStartsEveryChainAndTheSharesCarryTheirExtranonce()
    {
        Open();
        var jobs = pool.Steps.TakeLast(2).Select(step => step.Start!).ToArray();
        Assert.All(jobs, job => Assert.NotNull(job.Roots));
        var extranonce = new Extranonce([1, 2, 3, 4, 5, 6, 7, 8]);
        var share = new Share(jobs[1].Id, 5, InMemoryPool.NTime, 0x2000_0000, IsBlock: false)
        {
            Extranonce = extranonce,
        };
        Assert.True(jobs[1].Sink.TrySubmit(share, pool.Now));

        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.SubmitSharesExtended)));
        var sent = SubmitSharesExtended.Read(ref reader);
        Assert.Equal((11u, 1u, 9u, 5u), (sent.ChannelId, sent.SequenceNumber, sent.JobId, sent.Nonce));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], sent.Extranonce.ToArray());
        Assert.True(reader.Rest.IsEmpty);
    }

    [Fact]
    public void ACoinbaseThatDoesNotPayTheConfiguredScriptIsAnAlarm()
    {
        Open();

        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.PayoutMissing));
        Assert.NotNull(pool.Session.Outputs);
    }

    [Fact]
    public void AnAnswerOfTheOtherKindIsNone()
    {
        Requests();
        pool.Give(new OpenStandardMiningChannelSuccess
        {
            RequestId = 1,
            ChannelId = 10,
            Target = InMemoryPool.Bytes(InMemoryPool.Target),
            ExtranoncePrefix = default,
            GroupChannelId = 1,
        });

        Assert.Equal(1, pool.Session.Ignored);
        Assert.Equal([MessageType.CloseChannel], pool.TakeTypes());
    }

    [Fact]
    public void AnExtranonceThatNoCoinbaseCanHoldClosesTheChannel()
    {
        Requests();
        Answer(1, 10, size: 29);

        Assert.Equal([MessageType.CloseChannel], pool.TakeTypes());
        Assert.Contains("33 bytes", pool.Session.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void APrefixOfAnotherLengthClosesTheChannelAndItIsAskedForAgain()
    {
        Open();
        pool.Give(new SetExtranoncePrefix { ChannelId = 10, ExtranoncePrefix = new byte[] { 1 } });
        Assert.Equal([new ChannelStep(null, StopOldWork: true), default], pool.Steps.TakeLast(2));
        Assert.Equal([MessageType.CloseChannel], pool.TakeTypes());

        pool.Pass(ChannelSeat.ReopenAfter);
        Assert.Single(Requests());
    }

    public void Dispose() => pool.Dispose();

    private (uint Request, ushort Size)[] Requests()
    {
        if (pool.Session.Stage == SessionStage.Handshake)
        {
            pool.AnswerHandshake();
            pool.AnswerSetup();
        }

        return [.. pool.Take(MessageType.OpenExtendedMiningChannel).Select(payload =>
        {
            var reader = new PayloadReader(payload);
            var request = OpenExtendedMiningChannel.Read(ref reader);
            return (request.RequestId, request.MinExtranonceSize);
        })];
    }

    private void Refuse(uint request, string code) => pool.Give(new OpenMiningChannelError
    {
        RequestId = request,
        ErrorCode = System.Text.Encoding.UTF8.GetBytes(code),
    });

    private void Answer(uint request, uint id, ushort size = 8) => pool.Give(new OpenExtendedMiningChannelSuccess
    {
        RequestId = request,
        ChannelId = id,
        Target = InMemoryPool.Bytes(InMemoryPool.Target),
        ExtranonceSize = size,
        ExtranoncePrefix = Prefix,
        GroupChannelId = InMemoryPool.Group,
    });

    private void Open()
    {
        Requests();
        Answer(1, 10);
        Answer(2, 11);

        // As in SV2 reference §5.2, with 12 bytes of extranonce: the scriptSig is 17 + 12 bytes long.
        var prefix = Convert.FromHexString(
            "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff"
            + "1d03a0bb0d0b5376322f706f6f6c2f6d2f0c");
        var suffix = Convert.FromHexString(
            "feffffff02205fa0120000000016001411111111111111111111111111111111111111110000000000000000266a24aa21a9ed"
            + "22222222222222222222222222222222222222222222222222222222222222229fbb0d00");
        pool.Give(new NewExtendedMiningJob
        {
            ChannelId = InMemoryPool.Group,
            JobId = 9,
            MinNTime = null,
            Version = 0x2000_0000,
            VersionRollingAllowed = true,
            MerklePath = new ItemSequence(default, itemSize: 32),
            CoinbaseTxPrefix = prefix,
            CoinbaseTxSuffix = suffix,
        });
        pool.GiveTip(job: 9, channel: InMemoryPool.Group);
    }
}
