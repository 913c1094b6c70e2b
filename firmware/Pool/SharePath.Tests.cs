using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>Which shares are sent at all, and what becomes of a block (SV2 reference §4.6 and §4.8).</summary>
public sealed class SharePathTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly UInt256 Hard = Targets.FromDifficulty(1000);

    private readonly InMemoryPool pool = new();
    private readonly Job job;

    public SharePathTests()
    {
        pool.Opened();
        pool.GiveTarget(UInt256.Max);
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
        job = pool.LastStep.Start!;
    }

    [Fact]
    public void ATargetOfAllOnesFloodsNobodyAndWhatIsWithheldIsCounted()
    {
        var sent = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            for (var share = 0; share < 1000; share++)
            {
                Assert.True(job.Sink.TrySubmit(Share(hash: 1), pool.Now));
            }

            sent.Add(Sequences().Length);
            pool.Pass(0.1 * Second);
        }

        for (var tenth = 0; tenth + 10 <= sent.Count; tenth++)
        {
            Assert.Equal(20, sent.Skip(tenth).Take(10).Sum());
        }

        Assert.Equal(100_000 - sent.Sum(), pool.Totals.Withheld);
        Assert.Equal(0, pool.Totals.Unconfirmed);
        Assert.Equal(sent.Sum(), pool.Session.Pending);
    }

    [Fact]
    public void SharesThatTheLimitHeldBackAreAnAlarmUntilAMinuteHasPassedWithoutAny()
    {
        for (var share = 0; share < 25; share++)
        {
            job.Sink.TrySubmit(Share(hash: 1), pool.Now);
        }

        pool.Session.Rates([1e12], pool.Now);
        Assert.Contains(
            pool.Terms.Alarms.Current, alarm => alarm.Contains("5 of this session", StringComparison.Ordinal));
        pool.Pass(59 * Second);
        pool.Session.Rates([1e12], pool.Now);
        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.EasyTarget));
        pool.Pass(Second);
        pool.Session.Rates([1e12], pool.Now);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.EasyTarget));
    }

    [Fact]
    public void WithheldSharesTakeNoSequenceNumbers()
    {
        for (var second = 0; second < 3; second++)
        {
            for (var share = 0; share < 50; share++)
            {
                job.Sink.TrySubmit(Share(hash: 1), pool.Now);
            }

            pool.Pass(Second);
        }

        Assert.Equal(Enumerable.Range(1, 60).Select(number => (uint)number), Sequences());
    }

    [Fact]
    public void TheLimitIsTheSessionsAndNotEachChannels()
    {
        using var two = new InMemoryPool(chains: 2);
        two.Opened();
        two.GiveFutureJob(1, channel: 2);
        two.GiveFutureJob(1, channel: 3);
        two.GiveTip(job: 1, channel: InMemoryPool.Group);
        var sinks = two.Steps.TakeLast(2).Select(step => step.Start!.Sink).ToArray();
        for (var share = 0; share < 60; share++)
        {
            sinks[share % 2].TrySubmit(Share(hash: 1), two.Now);
        }

        Assert.Equal(20, two.Take(MessageType.SubmitSharesStandard).Count);
    }

    [Fact]
    public void ABlockIsSentThoughTheLimitIsReachedAndNothingOfOursIsBeforeIt()
    {
        for (var share = 0; share < 50; share++)
        {
            job.Sink.TrySubmit(Share(hash: 1), pool.Now);
        }

        var shares = Sequences().Length;
        Assert.True(job.Sink.TrySubmit(Block(), pool.Now));

        Assert.Equal([(uint)shares + 1], Sequences());
        Assert.True(pool.CallsForAttention > 0); // The pool's thread is to write it into the log.
    }

    [Fact]
    public void APoolThatCallsEveryShareABlockIsNotFloodedEither()
    {
        for (var second = 0; second < 10; second++)
        {
            for (var share = 0; share < 1000; share++)
            {
                job.Sink.TrySubmit(Block(), pool.Now);
            }

            Assert.Equal(SubmitLimiter.SharesASecondMax + SharePath.BlocksASecondMax, Sequences().Length);
            pool.Pass(Second);
        }

        Assert.Equal(BlockBook.Kept, pool.Totals.Blocks.Waiting.Count);
    }

    [Fact]
    public void ABlockIsKeptWholeUntilThePoolHasAcceptedIt()
    {
        job.Sink.TrySubmit(Share(hash: 1), pool.Now);
        job.Sink.TrySubmit(Block(), pool.Now);
        pool.Confirm(last: 1, count: 1);
        var kept = Assert.Single(pool.Totals.Blocks.Waiting);
        Assert.Same(job, kept.Job);
        Assert.Equal(job.Header with { Nonce = 5 }, kept.Header);

        pool.Confirm(last: 2, count: 1);
        Assert.Empty(pool.Totals.Blocks.Waiting);
        Assert.Equal([BlockFate.Sent, BlockFate.Accepted], Fates());
    }

    [Fact]
    public void ABlockThatIsRefusedOrLosesItsSessionIsToldSo()
    {
        job.Sink.TrySubmit(Block(), pool.Now);
        pool.Reject(1, "stale-share");
        job.Sink.TrySubmit(Block(), pool.Now);
        pool.HangUp();
        Assert.False(job.Sink.TrySubmit(Block(), pool.Now));

        Assert.Equal(
            [BlockFate.Sent, BlockFate.Refused, BlockFate.Sent, BlockFate.Unconfirmed, BlockFate.NotSent],
            Fates());
    }

    [Fact]
    public void ABlockGoesOutThoughItsJobIsRetired()
    {
        pool.GiveFutureJob(2);
        pool.GiveTip(job: 2, hash: 10);

        Assert.True(job.Sink.TrySubmit(Block(), pool.Now));
        Assert.Equal(1u, pool.Only<SubmitSharesStandard>().JobId);
    }

    [Fact] // SV2 reference §13, 53: the chip's thread had judged it good when the pool's thread read the tip.
    public void AShareThatWasJudgedBeforeTheTipWasReadIsHeldBackAsLate()
    {
        pool.Pass(Second);
        pool.GiveJob(2, root: 8);
        pool.Pass(Second);
        Assert.True(job.Sink.TrySubmit(Share(hash: 1), pool.Now)); // A past job of the same tip.
        Assert.Single(Sequences());

        pool.GiveFutureJob(3);
        pool.GiveTip(job: 3, hash: 10);
        Assert.True(job.Sink.TrySubmit(Share(hash: 1), pool.Now));
        Assert.Empty(Sequences());
        Assert.Equal((1, 0), (pool.Totals.Stale, pool.Totals.Withheld));

        var next = pool.LastStep.Start!;
        Assert.True(next.Sink.TrySubmit(Share(hash: 1) with { Job = next }, pool.Now));
        Assert.Equal([2u], Sequences());
    }

    [Fact]
    public void NoShareOfAClosedChannelIsSentThoughItWasJudgedBefore()
    {
        pool.Give(new CloseChannel { ChannelId = InMemoryPool.FirstChannel, ReasonCode = "x"u8 });

        Assert.False(job.Sink.TrySubmit(Share(hash: 1), pool.Now));
        Assert.Empty(Sequences());
    }

    [Fact]
    public void AJobKeepsItsTargetWhateverComesLater()
    {
        pool.GiveTarget(Hard);

        Assert.True(job.Sink.TrySubmit(Share(hash: ulong.MaxValue), pool.Now));
        Assert.Single(Sequences());
    }

    [Fact]
    public void APoolThatRefusesAnOldJobsShareByItsNewTargetIsSentNoMoreOfThem()
    {
        pool.GiveTarget(Hard);
        job.Sink.TrySubmit(Share(hash: ulong.MaxValue), pool.Now);
        pool.Reject(1, "difficulty-too-low");
        pool.TakeTypes();

        Assert.True(job.Sink.TrySubmit(Share(hash: ulong.MaxValue), pool.Now));
        Assert.Empty(pool.TakeTypes());
        Assert.Equal(1, pool.Totals.Withheld);
        Assert.True(job.Sink.TrySubmit(Share(hash: 1), pool.Now));
        Assert.Single(Sequences());
        Assert.True(job.Sink.TrySubmit(Block() with { Hash = UInt256.Max }, pool.Now));
        Assert.Single(Sequences());
    }

    [Fact]
    public void WhatOneSessionLearntOfThatTheNextOneKnows()
    {
        pool.GiveTarget(Hard);
        job.Sink.TrySubmit(Share(hash: ulong.MaxValue), pool.Now);
        pool.Reject(1, "difficulty-too-low");

        using var next = new InMemoryPool(change: terms => terms with { Habits = pool.Terms.Habits });
        Assert.Equal(0, LowSharesSent(next));
        using var stranger = new InMemoryPool();
        Assert.Equal(1, LowSharesSent(stranger));
    }

    [Fact]
    public void ATooLowOfAJobThatIsAsHardAsTheNewestTeachesNothing()
    {
        job.Sink.TrySubmit(Share(hash: ulong.MaxValue), pool.Now);
        pool.Reject(1, "difficulty-too-low");
        pool.GiveTarget(Hard);
        pool.TakeTypes();
        job.Sink.TrySubmit(Share(hash: ulong.MaxValue), pool.Now);

        Assert.Single(Sequences());
    }

    [Fact]
    public void AProfileThatKnowsOfItNeedsNoRefusal()
    {
        using var lenient = new InMemoryPool(
            change: terms => terms with { Profile = terms.Profile with { RejudgesAtOnce = true } });

        Assert.Equal(0, LowSharesSent(lenient));
        Assert.Equal(1, lenient.Totals.Withheld);
    }

    [Fact]
    public void AnEndedSessionLeavesNoShareForTheNext()
    {
        for (var share = 0; share < 5; share++)
        {
            job.Sink.TrySubmit(Share(hash: 1), pool.Now);
        }

        pool.HangUp();
        Assert.False(job.Sink.TrySubmit(Share(hash: 1), pool.Now));
        Assert.Equal(5, pool.Totals.Unconfirmed);

        using var next = new InMemoryPool();
        next.Opened();
        next.GiveFutureJob(1);
        next.GiveTip(job: 1);
        Assert.Empty(next.TakeTypes());
        next.LastStep.Start!.Sink.TrySubmit(Share(hash: 1), next.Now);
        Assert.Equal(1u, next.Only<SubmitSharesStandard>().SequenceNumber);
    }

    public void Dispose() => pool.Dispose();

    private Share Share(ulong hash) => new(1, Nonce: 5, InMemoryPool.NTime, 0x2000_0000, IsBlock: false)
    {
        Job = job,
        Header = job.Header with { Nonce = 5 },
        Hash = new UInt256(0, 0, 0, hash),
    };

    /// <summary>Of one share that the job's own target lets through, and the channel's newest does not.</summary>
    private int LowSharesSent(InMemoryPool at)
    {
        at.Opened();
        at.GiveTarget(UInt256.Max);
        at.GiveFutureJob(1);
        at.GiveTip(job: 1);
        var old = at.LastStep.Start!;
        at.GiveTarget(Hard);
        old.Sink.TrySubmit(Share(hash: ulong.MaxValue) with { Job = old }, at.Now);
        return at.Take(MessageType.SubmitSharesStandard).Count;
    }

    private Share Block() => Share(hash: 0) with { IsBlock = true };

    private uint[] Sequences() => [.. pool.Take(MessageType.SubmitSharesStandard).Select(payload =>
    {
        var reader = new PayloadReader(payload);
        return SubmitSharesStandard.Read(ref reader).SequenceNumber;
    })];

    private List<BlockFate> Fates()
    {
        var fates = new List<BlockFate>();
        while (pool.Totals.Blocks.TryTakeNews(out var news))
        {
            fates.Add(news.Fate);
        }

        return fates;
    }
}
