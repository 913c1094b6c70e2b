using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>Whom a message is for, and what the pool is told of a channel (SV2 reference §4.2, §4.7, §4.9).</summary>
public sealed class SessionChannelsTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly InMemoryPool pool = new(chains: 3);

    [Fact]
    public void SeveralOpensHaveRequestNumbersOfTheirOwnAndAreAnsweredInAnyOrder()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        var requests = pool.Take(MessageType.OpenStandardMiningChannel).Select(payload =>
        {
            var reader = new PayloadReader(payload);
            return OpenStandardMiningChannel.Read(ref reader).RequestId;
        }).ToArray();
        Assert.Equal(3, requests.Distinct().Count());

        foreach (var request in requests.Reverse())
        {
            Answer(request, id: 100 + request);
        }

        for (var i = 0; i < requests.Length; i++)
        {
            Start(100 + requests[i]);
            Assert.NotNull(StepsOfAll()[i].Start);
            Assert.Single(StepsOfAll(), step => step.Start is not null);
        }
    }

    [Fact]
    public void AMessageToTheGroupIsForEveryMember()
    {
        pool.Opened();
        pool.GiveFutureJob(1, channel: InMemoryPool.Group);
        pool.GiveTarget(UInt256.Max, channel: InMemoryPool.Group);
        pool.GiveTip(job: 1, channel: InMemoryPool.Group);
        Assert.All(StepsOfAll(), step => Assert.Equal((1u, UInt256.Max), (step.Start!.Id, step.Start.Target)));
        Assert.Equal(3, StepsOfAll().Select(step => step.Start!.Sink).Distinct().Count());

        pool.Give(new CloseChannel { ChannelId = InMemoryPool.Group, ReasonCode = "x"u8 });
        Assert.All(StepsOfAll(), step => Assert.Equal(new ChannelStep(null, StopOldWork: true), step));
        Assert.Equal(0, pool.Session.Ignored);
    }

    [Fact]
    public void SetGroupChannelMovesTheListedChannelsAndNoOther()
    {
        pool.Opened();
        Move(group: 50, 2, 4, 999);
        pool.GiveFutureJob(1, channel: 50);
        pool.GiveTip(job: 1, channel: 50);
        Assert.Equal([1u, null, 1u], StepsOfAll().Select(step => step.Start?.Id));

        pool.GiveFutureJob(2, channel: InMemoryPool.Group);
        pool.GiveTip(job: 2, hash: 10, channel: InMemoryPool.Group);
        Assert.Equal([null, 2u, null], StepsOfAll().Select(step => step.Start?.Id));
        Assert.Equal(0, pool.Session.Ignored);
    }

    [Fact]
    public void AGroupWithTheNumberOfALiveChannelIsRefusedAndCounted()
    {
        pool.Opened();
        Move(group: 3, 2, 4);
        Assert.Equal(1, pool.Session.Ignored);
        Assert.NotNull(pool.Session.Notice);

        Start(3);
        Assert.Equal([null, 1u, null], StepsOfAll().Select(step => step.Start?.Id));
    }

    [Fact]
    public void AGroupThatListsNoneOfOursIsIgnored()
    {
        pool.Opened();
        Move(group: 50);
        Move(group: 50, 77, 78);

        Assert.Equal(2, pool.Session.Ignored);
    }

    [Fact]
    public void AChannelOpenedWithTheGroupNumberOfAnotherChannelIsNoMemberOfIt()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        pool.TakeTypes();
        Answer(request: 1, id: 7);
        Answer(request: 2, id: 8, group: 7);
        Answer(request: 3, id: 9, group: 9);
        Assert.Contains("number of a channel", pool.Session.Notice, StringComparison.Ordinal);

        Start(7);
        Assert.Equal([1u, null, null], StepsOfAll().Select(step => step.Start?.Id));
        Start(9);
        Assert.Equal([null, null, 1u], StepsOfAll().Select(step => step.Start?.Id));
    }

    [Fact]
    public void ASuccessThatNobodyAskedForIsIgnoredOnceAndASecondOneIsTheEnd()
    {
        pool.Opened();
        Answer(request: 77, id: 55);
        Assert.Null(pool.Ended);
        Assert.Equal(1, pool.Session.Ignored);
        pool.GiveFutureJob(1, channel: 55);
        Assert.Equal(2, pool.Session.Ignored);

        Answer(request: 78, id: 56);
        Assert.NotNull(pool.Ended);
    }

    [Fact]
    public void AnAnswerThatComesTwiceOpensNothingAndTheOrphanIsClosed()
    {
        pool.Opened();
        Answer(request: 1, id: 55);

        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.CloseChannel)));
        Assert.Equal(55u, CloseChannel.Read(ref reader).ChannelId);
        Start(2);
        Assert.Equal([1u, null, null], StepsOfAll().Select(step => step.Start?.Id));
    }

    [Theory]
    [InlineData("unknown-user")]
    [InlineData("a code that nobody has heard of \u001b[31m")]
    [InlineData("")]
    public void ARefusedChannelIsReportedWhateverTheCodeAndThePoolIsLeft(string code)
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        for (var request = 1u; request <= 3; request++)
        {
            Assert.Null(pool.Ended);
            pool.Give(new OpenMiningChannelError
            {
                RequestId = request,
                ErrorCode = System.Text.Encoding.UTF8.GetBytes(code),
            });
        }

        Assert.Contains("opens no channel", pool.Ended, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', pool.Ended!);
    }

    [Fact]
    public void AHashRateThatHasChangedForAMinuteIsToldOnceAndOneThatNobodyKnowsIsNot()
    {
        pool.Opened();
        for (var channel = 2u; channel <= 4; channel++)
        {
            Start(channel);
        }

        var told = new List<(int Second, uint Channel, float Rate)>();
        for (var second = 0; second < 300; second++)
        {
            pool.Session.Rates([1.07e12, 2.5e12, double.NaN], pool.Now);
            told.AddRange(pool.Take(MessageType.UpdateChannel).Select(payload =>
            {
                var reader = new PayloadReader(payload);
                var update = UpdateChannel.Read(ref reader);
                Assert.Equal(UInt256.Max, UInt256.Read(update.MaximumTarget));
                return (second, update.ChannelId, update.NominalHashRate);
            }));
            pool.Pass(Second);
            pool.GiveTarget(InMemoryPool.Target, channel: InMemoryPool.Group); // The pool is not silent.
        }

        Assert.Equal([(60, 3u, 2.5e12f)], told);
    }

    [Fact]
    public void ARefusedUpdateLeavesTheChannelAsItIsAndOneThatWasNotSentIsIgnored()
    {
        using var one = new InMemoryPool();
        one.Opened();
        one.GiveFutureJob(1);
        one.GiveTip(job: 1);
        var job = one.LastStep.Start!;
        RefuseUpdate(one);
        Assert.Equal(1, one.Session.Ignored);

        one.Pass(121 * Second);
        Assert.Single(one.Take(MessageType.UpdateChannel));
        RefuseUpdate(one);

        Assert.Equal(1, one.Session.Ignored);
        Assert.Contains("invalid-nominal-hashrate", one.Session.Notice, StringComparison.Ordinal);
        Assert.Equal(default, one.LastStep);
        var share = new Mining.Share(job.Id, 1, InMemoryPool.NTime, 0x2000_0000, IsBlock: false) { Job = job };
        Assert.True(job.Sink.TrySubmit(share, one.Now));
        Assert.Single(one.Take(MessageType.SubmitSharesStandard));
        one.GiveJob(2);
        Assert.Equal(2u, one.LastStep.Start?.Id);
        Assert.Null(one.Ended);
    }

    [Fact]
    public void APrefixForAStandardChannelIsTakenAndChangesNothing()
    {
        pool.Opened();
        Start(2);
        pool.Give(new SetExtranoncePrefix { ChannelId = 2, ExtranoncePrefix = new byte[] { 9, 9, 9 } });
        Assert.Equal(0, pool.Session.Ignored);
        Assert.All(StepsOfAll(), step => Assert.Equal(default, step));

        pool.Give(new SetExtranoncePrefix { ChannelId = InMemoryPool.Group, ExtranoncePrefix = default });
        Assert.Equal(1, pool.Session.Ignored);
    }

    public void Dispose() => pool.Dispose();

    private static void RefuseUpdate(InMemoryPool pool) => pool.Give(new UpdateChannelError
    {
        ChannelId = InMemoryPool.FirstChannel,
        ErrorCode = "invalid-nominal-hashrate"u8,
    });

    private void Answer(uint request, uint id, uint group = InMemoryPool.Group) => pool.Give(
        new OpenStandardMiningChannelSuccess
        {
            RequestId = request,
            ChannelId = id,
            Target = InMemoryPool.Bytes(InMemoryPool.Target),
            ExtranoncePrefix = default,
            GroupChannelId = group,
        });

    private void Move(uint group, params uint[] channels)
    {
        var bytes = channels.SelectMany(BitConverter.GetBytes).ToArray();
        pool.Give(new SetGroupChannel { GroupChannelId = group, ChannelIds = new ItemSequence(bytes, itemSize: 4) });
    }

    private void Start(uint channel)
    {
        pool.GiveFutureJob(1, channel);
        pool.GiveTip(job: 1, channel: channel);
    }

    private ChannelStep[] StepsOfAll() => [.. pool.Steps.TakeLast(3)];
}
