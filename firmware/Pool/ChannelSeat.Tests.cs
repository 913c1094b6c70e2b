using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>How a chain comes by a channel again, and when its pool is left (SV2 reference §4.9, §2.6, §14).</summary>
public sealed class ChannelSeatTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly MessageType[] Reopening =
        [MessageType.CloseChannel, MessageType.OpenStandardMiningChannel];

    private readonly InMemoryPool pool = new(change: terms => terms with { SharesASecondMax = 1000 });
    private uint channel = InMemoryPool.FirstChannel;
    private IShareSink sink;

    public ChannelSeatTests()
    {
        pool.Opened();
        sink = GiveWork();
    }

    [Fact]
    public void AChannelThatThePoolClosesStopsItsWorkAtOnceAndTakesNoMoreShares()
    {
        Submit(3);
        Close("maintenance");

        Assert.Equal(new ChannelStep(Start: null, StopOldWork: true), pool.LastStep);
        Assert.False(sink.TrySubmit(new Share(1, 9, InMemoryPool.NTime, 0, IsBlock: false), pool.Now));
        Assert.Equal(3, pool.Totals.Unconfirmed);
        Assert.Contains("maintenance", pool.Session.Notice, StringComparison.Ordinal);
        Assert.Null(pool.Ended);
        pool.TakeTypes();
    }

    [Fact]
    public void AClosedChannelIsAskedForAgainAfterFiveSecondsOnTheSameConnectionAndMinesOn()
    {
        Close();
        pool.Pass(4.9 * Second);
        Assert.Empty(pool.TakeTypes());
        pool.Pass(0.2 * Second);

        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.OpenStandardMiningChannel)));
        var request = OpenStandardMiningChannel.Read(ref reader).RequestId;
        Assert.Equal(2u, request);
        pool.Give(new OpenStandardMiningChannelSuccess
        {
            RequestId = request,
            ChannelId = 77,
            Target = InMemoryPool.Bytes(InMemoryPool.Target),
            ExtranoncePrefix = default,
            GroupChannelId = 1,
        });
        channel = 77;
        sink = GiveWork();
        Submit(1);
        Assert.Equal(77u, pool.Only<SubmitSharesStandard>().ChannelId);
    }

    [Fact]
    public void NothingForAClosedChannelIsHeard()
    {
        Close();
        var ignored = pool.Session.Ignored;
        pool.GiveFutureJob(5, channel);
        pool.GiveTip(5, channel: channel);
        pool.GiveTip(5, channel: InMemoryPool.Group);
        pool.GiveTarget(UInt256.Zero, channel);
        pool.Confirm(1, 1, channel);
        Close();

        Assert.Equal(ignored + 6, pool.Session.Ignored);
        Assert.All(pool.Steps.TakeLast(6), step => Assert.Equal(default, step));
    }

    [Fact]
    public void AnOnlyChannelThatIsRefusedTwiceIsTheEndOfTheSession()
    {
        Close();
        for (var request = 2u; request <= 3; request++)
        {
            pool.Pass(5.1 * Second);
            Assert.Null(pool.Ended);
            Assert.Equal([MessageType.OpenStandardMiningChannel], pool.TakeTypes());
            pool.Give(new OpenMiningChannelError { RequestId = request, ErrorCode = "channel-capacity-exhausted"u8 });
        }

        Assert.Contains("channel-capacity-exhausted", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOnlyChannelThatIsNotAnsweredForTwiceIsTheEndOfTheSession()
    {
        Close();
        pool.Pass((5 + 10 + 5 + 9.9) * Second);
        Assert.Null(pool.Ended);
        pool.Pass(0.2 * Second);

        Assert.Contains("did not open", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void OneClosedChannelLeavesTheOthersAloneHoweverOftenItIsRefused()
    {
        using var two = new InMemoryPool(chains: 2);
        two.Opened();
        two.GiveFutureJob(1, channel: 2);
        two.GiveFutureJob(1, channel: 3);
        two.GiveTip(job: 1, channel: InMemoryPool.Group);
        two.Give(new CloseChannel { ChannelId = 3, ReasonCode = "x"u8 });
        Assert.Equal(
            [default, new ChannelStep(null, StopOldWork: true)], two.Steps.TakeLast(2));
        var asked = 0;
        for (var minute = 0; minute < 10; minute++)
        {
            for (var half = 0; half < 2; half++)
            {
                two.Pass(30 * Second);
                foreach (var payload in two.Take(MessageType.OpenStandardMiningChannel))
                {
                    var reader = new PayloadReader(payload);
                    var id = OpenStandardMiningChannel.Read(ref reader).RequestId;
                    two.Give(new OpenMiningChannelError { RequestId = id, ErrorCode = "no"u8 });
                    asked++;
                }
            }
        }

        Assert.Null(two.Ended);
        Assert.InRange(asked, 8, 16); // Ever more slowly, once a minute in the end.
        two.GiveJob(9);
        Assert.Equal([9u, null], two.Steps.TakeLast(2).Select(step => step.Start?.Id));
    }

    [Fact]
    public void AGroupThatIsClosedClosesEveryMember()
    {
        using var two = new InMemoryPool(chains: 2);
        two.Opened();
        two.GiveFutureJob(1, channel: 2);
        two.GiveFutureJob(1, channel: 3);
        two.GiveTip(job: 1, channel: InMemoryPool.Group);
        two.Give(new CloseChannel { ChannelId = InMemoryPool.Group, ReasonCode = "x"u8 });

        Assert.All(two.Steps.TakeLast(2), step => Assert.Equal(new(null, StopOldWork: true), step));
        two.Pass(5.1 * Second);
        Assert.Equal(2, two.Take(MessageType.OpenStandardMiningChannel).Count);
    }

    [Fact]
    public void APoolThatClosesTheChannelAgainAndAgainIsLeft()
    {
        for (var i = 0; i < ChannelSeat.EndsMax; i++)
        {
            Close();
            Assert.Null(pool.Ended);
            pool.Pass(5.1 * Second);
            pool.AnswerOpen(first: ++channel);
            GiveWork();
        }

        Close();
        Assert.NotNull(pool.Ended);
    }

    [Fact]
    public void TwentyRefusalsInARowReopenTheChannelOnceAndThenLeaveThePool()
    {
        Submit(25);
        RejectAll(1, 20, "difficulty-too-low");
        Assert.Equal(Reopening, pool.SkipTo(MessageType.CloseChannel).TakeTypes());
        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.AllSharesRejected));

        pool.Give(new CloseChannel { ChannelId = 99, ReasonCode = default }); // Takes no part in this.
        Answer(request: 2, id: ++channel);
        sink = GiveWork();
        Submit(20);
        RejectAll(1, 19, "difficulty-too-low");
        Assert.Null(pool.Ended);
        pool.Reject(20, "difficulty-too-low", channel);
        Assert.Contains("difficulty-too-low", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAcceptedShareEndsTheAlarmAndTheCount()
    {
        Submit(20);
        RejectAll(1, 20, "no such thing");
        Answer(request: 2, id: ++channel);
        sink = GiveWork();
        Submit(41);
        RejectAll(1, 19, "no such thing");
        pool.Confirm(20, 1, channel);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.AllSharesRejected));
        RejectAll(21, 39, "no such thing");
        Assert.Null(pool.Ended);
        pool.SkipTo(MessageType.CloseChannel).TakeTypes();
        pool.Reject(40, "no such thing", channel);
        Assert.Equal(Reopening, pool.TakeTypes());
    }

    [Fact]
    public void LateSharesAreNoRefusals()
    {
        Submit(100);
        RejectAll(1, 100, "stale-share");

        Assert.Equal(100, pool.Totals.Stale);
        Assert.Equal(0, pool.Totals.Rejected);
        Assert.DoesNotContain(MessageType.CloseChannel, pool.TakeTypes());
    }

    [Fact]
    public void TenInvalidSharesInARowReopenTheChannel()
    {
        Submit(10);
        RejectAll(1, 9, "invalid-share");
        Assert.DoesNotContain(MessageType.CloseChannel, pool.TakeTypes());
        RejectAll(10, 10, "invalid-share");

        Assert.Equal(Reopening, pool.TakeTypes());
        Assert.Equal(new ChannelStep(Start: null, StopOldWork: true), pool.LastStep);
    }

    [Fact]
    public void AChannelThatThePoolHasLostIsOpenedAnewAndASecondLossIsTheEnd()
    {
        Submit(1);
        pool.Reject(1, "invalid-channel-id", channel);
        Assert.Equal(Reopening, pool.SkipTo(MessageType.CloseChannel).TakeTypes());
        Answer(request: 2, id: ++channel);
        sink = GiveWork();
        Submit(1);
        pool.Reject(1, "invalid-channel-id", channel);

        Assert.Contains("lost our channel", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void AJobThatThePoolDoesNotKnowIsDroppedAndTheNextOneIsAwaitedForFiveSeconds()
    {
        var job = pool.Steps.Last(step => step.Start is not null).Start!;
        var share = new Share(job.Id, 1, InMemoryPool.NTime, 0, IsBlock: false) { Job = job };
        Assert.True(sink.TrySubmit(share, pool.Now));
        pool.Reject(1, "invalid-job-id", channel);
        Assert.Equal(new ChannelStep(Start: null, StopOldWork: true), pool.LastStep);
        pool.TakeTypes();

        Assert.True(sink.TrySubmit(share with { Nonce = 2 }, pool.Now));
        Assert.Empty(pool.TakeTypes());
        Assert.Equal(1, pool.Totals.Withheld);
        pool.GiveJob(job.Id + 1, channel: channel);
        Assert.NotNull(pool.LastStep.Start);
        pool.Pass(60 * Second);
        Assert.DoesNotContain(MessageType.CloseChannel, pool.TakeTypes());
    }

    [Fact]
    public void ATargetOfZeroIsAnAlarmIsAskedAboutOnceAndReopenedAndLeftAfterTenMinutes()
    {
        pool.GiveTarget(UInt256.Zero);
        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.ZeroTarget));
        Assert.Equal([MessageType.UpdateChannel], pool.TakeTypes());
        pool.GiveTarget(UInt256.Zero);
        Assert.Empty(pool.TakeTypes());

        pool.Pass(60 * Second);
        Assert.Equal(Reopening, pool.TakeTypes());
        Answer(request: 2, id: ++channel, UInt256.Zero);
        GiveWork();
        for (var minute = 2u; minute <= 10; minute++)
        {
            Assert.Null(pool.Ended);
            pool.GiveJob(minute, channel: channel);
            pool.Pass(60 * Second);
        }

        Assert.Contains("zero", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void APoolThatTurnsItsTargetToZeroAndBackIsAskedOnceAndLeftAfterTenMinutesAllTheSame()
    {
        for (var i = 0; i < 1000; i++)
        {
            pool.GiveTarget(UInt256.Zero);
            pool.GiveTarget(InMemoryPool.Target);
            pool.Pass(0.01 * Second);
        }

        Assert.Single(pool.Take(MessageType.UpdateChannel));
        for (var minute = 0u; minute <= 11 && pool.Ended is null; minute++)
        {
            pool.GiveTarget(UInt256.Zero, channel);
            pool.Pass(50 * Second);
            if (pool.TakeTypes().Contains(MessageType.OpenStandardMiningChannel))
            {
                Answer(request: 2, id: ++channel);
                GiveWork();
            }

            pool.GiveTarget(InMemoryPool.Target, channel);
            pool.GiveJob(10 + minute, channel: channel);
            pool.Pass(10 * Second);
        }

        Assert.Contains("zero", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void AProbeAndANewHashRateAreASecondApart()
    {
        for (var away = 40; away < 64; away++)
        {
            using var other = new InMemoryPool();
            other.Opened();
            other.GiveFutureJob(1);
            other.GiveTip(job: 1);
            other.TakeTypes();
            var updates = new List<(TimeSpan At, double Rate)>();
            for (var second = 0; second < 140; second++)
            {
                other.Session.Rates([second < away ? 1.07e12 : 0.4e12], other.Now);
                updates.AddRange(other.Take(MessageType.UpdateChannel).Select(payload =>
                    (other.Now, (double)BitConverter.ToSingle(payload, 4))));
                other.Pass(Second);
                updates.AddRange(other.Take(MessageType.UpdateChannel).Select(payload =>
                    (other.Now, (double)BitConverter.ToSingle(payload, 4))));
            }

            Assert.All(updates.Zip(updates.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= Second));
            Assert.Contains(updates, update => update.Rate < 0.8e12);
        }
    }

    public void Dispose() => pool.Dispose();

    private void Close(string reason = "x") => pool.Give(
        new CloseChannel { ChannelId = channel, ReasonCode = System.Text.Encoding.UTF8.GetBytes(reason) });

    private void Answer(uint request, uint id, UInt256? target = null) => pool.Give(new OpenStandardMiningChannelSuccess
    {
        RequestId = request,
        ChannelId = id,
        Target = InMemoryPool.Bytes(target ?? InMemoryPool.Target),
        ExtranoncePrefix = default,
        GroupChannelId = InMemoryPool.Group,
    });

    private IShareSink GiveWork()
    {
        pool.GiveFutureJob(1, channel);
        pool.GiveTip(job: 1, channel: channel);
        return pool.LastStep.Start!.Sink;
    }

    private void Submit(int count)
    {
        for (var i = 0u; i < count; i++)
        {
            Assert.True(sink.TrySubmit(new Share(1, i, InMemoryPool.NTime, 0, IsBlock: false), pool.Now));
        }
    }

    private void RejectAll(uint first, uint last, string code)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            pool.Reject(sequence, code, channel);
        }
    }
}
