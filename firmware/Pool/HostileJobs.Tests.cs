using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// Jobs, tips and targets from the wire to the share, as no working pool sends them (SV2 reference §14) and as every
/// pool does (§4.7): with the chain's own work table and judge behind the session.
/// </summary>
public sealed class HostileJobsTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly InMemoryPool pool = new();
    private readonly WorkTable table = new(slots: 8);
    private readonly Judge judge = new(UInt256.Max);

    public HostileJobsTests()
    {
        pool.Opened();
        pool.GiveTarget(UInt256.Max); // Every hash is a share.
    }

    [Fact]
    public void ALateResultOfAPastJobOnTheSameTipIsSentWithItsOwnJobId()
    {
        var slot = StartNew(job: 1);
        pool.GiveJob(2, root: 8);
        Work(pool.LastStep);

        Assert.Equal(Verdict.Share, Find(slot, nonce: 1));
        Assert.Equal(1u, pool.Only<SubmitSharesStandard>().JobId);
    }

    [Fact]
    public void AfterANewTipOnlyABlockOfTheOldOneIsSent()
    {
        var slot = StartNew(job: 1);
        pool.GiveFutureJob(2);
        pool.GiveTip(job: 2, hash: 10);
        Work(pool.LastStep);
        Assert.Equal(Verdict.Stale, Find(slot, nonce: 1));
        Assert.Empty(pool.TakeTypes());

        pool.GiveFutureJob(3);
        pool.GiveTip(job: 3, hash: 11, nbits: 0x2100_FFFF); // Every hash with a zero byte in front is a block.
        slot = Work(pool.LastStep);
        pool.GiveFutureJob(4);
        pool.GiveTip(job: 4, hash: 12);
        Work(pool.LastStep);
        var nonce = 0u;
        while (Find(slot, ++nonce) == Verdict.Stale)
        {
        }

        var sent = pool.Only<SubmitSharesStandard>();
        Assert.Equal((3u, nonce), (sent.JobId, sent.Nonce));
    }

    [Fact]
    public void ASecondReportOfOneResultIsNotSentAgain()
    {
        var slot = StartNew(job: 1);

        Assert.Equal(Verdict.Share, Find(slot, nonce: 1));
        Assert.Equal(Verdict.Duplicate, Find(slot, nonce: 1));
        Assert.Single(pool.Take(MessageType.SubmitSharesStandard));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0x3FFF_E000u)] // Bits inside the mask.
    public void AnyVersionIsMinedAsGivenAndOnlyMaskBitsDifferInTheShare(uint version)
    {
        pool.Give(new NewMiningJob
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = 1,
            MinNTime = null,
            Version = version,
            MerkleRoot = InMemoryPool.Filled(7),
        });
        pool.GiveTip(job: 1);
        var slot = Work(pool.LastStep);
        Assert.Equal(version, pool.LastStep.Start!.Header.Version);

        Find(slot, nonce: 1, versionBits: 0x0000_2000 | 1);
        var mask = PoolProfile.Bip320Mask;
        Assert.Equal((version & ~mask) | 0x0000_2000, pool.Only<SubmitSharesStandard>().Version);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(4_102_444_800u)] // The year 2100.
    public void AnyNTimeIsUsedAsGivenNeverWrapsAndIsAnAlarm(uint ntime)
    {
        StartNew(job: 1);
        pool.GiveJob(2, ntime, root: 8);
        Work(pool.LastStep);
        Assert.Equal(ntime, pool.LastStep.Start!.Header.NTime);
        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.NTimeFarFromClock));

        pool.Pass(30 * Second);
        var rolled = table.TryNext(pool.Now, out _, out var work);
        Assert.Equal(ntime != uint.MaxValue, rolled);
        Assert.True(!rolled || work.Header.NTime == ntime + 30);
        pool.GiveJob(3, (uint)InMemoryPool.Clock.UnixSeconds, root: 9);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.NTimeFarFromClock));
    }

    [Theory]
    [InlineData(0u)] // No mantissa
    [InlineData(0x0480_0001u)] // Negative
    [InlineData(0xFF12_3456u)] // Above 2^256
    public void NBitsThatMakeNoTargetAreNeverABlockStillMinedAndNoticed(uint nbits)
    {
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1, nbits: nbits);
        var slot = Work(pool.LastStep);

        Assert.Equal(Verdict.Share, Find(slot, nonce: 1));
        Assert.Contains("nbits", pool.Session.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void ATipForARetiredJobStopsTheWorkAndTheSameTipAgainChangesNothing()
    {
        StartNew(job: 1);
        pool.GiveFutureJob(2);
        pool.GiveTip(job: 2, hash: 10);
        pool.GiveTip(job: 2, hash: 10);
        Assert.Equal(default, pool.LastStep);

        pool.GiveTip(job: 1, hash: 11);
        Assert.Equal(new ChannelStep(Start: null, StopOldWork: true), pool.LastStep);
        Assert.Contains("no job", pool.Session.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void ATipOfTheSameBlockRetiresTheOlderJobsToo()
    {
        var slot = StartNew(job: 1);
        pool.GiveFutureJob(2, root: 8);
        pool.GiveTip(job: 2);
        Assert.True(pool.LastStep.StopOldWork);
        Work(pool.LastStep);

        Assert.Equal(Verdict.Stale, Find(slot, nonce: 1));
        Assert.Empty(pool.TakeTypes());
    }

    [Theory] // SV2 reference §14, B8 and B9: the roots of a standard channel that is fed by its group's jobs.
    [InlineData(255, 300)]
    [InlineData(2, ushort.MaxValue - 20)]
    public void AGroupsJobWithTheLongestPathOrTheLargestCoinbaseIsMined(int nodes, int scriptLength)
    {
        // No bytes of ours: the scriptSig has the pool's 17 and the channel's 4.
        byte[] prefix = [.. ExtendedJobs.Prefix[..41], 21, .. ExtendedJobs.Prefix[42..]];
        var script = Enumerable.Repeat((byte)0x6A, scriptLength).ToArray();
        byte[] suffix =
        [
            .. ExtendedJobs.Suffix[..4], 1, .. new byte[8], 0xFD, .. BitConverter.GetBytes((ushort)scriptLength),
            .. script, .. ExtendedJobs.Suffix[^4..],
        ];
        var path = Enumerable.Range(0, nodes * 32).Select(value => unchecked((byte)(value * 7))).ToArray();
        var job = ExtendedJobs.Job(1, path: path, prefix: prefix, suffix: suffix, channel: InMemoryPool.Group);
        var frame = new byte[140_000];
        pool.GiveRaw(pool.SealedFrame(frame[..FrameWriter.Write(job, frame)]));
        pool.GiveTip(job: 1, channel: InMemoryPool.Group);

        var slot = Work(pool.LastStep);
        Assert.Equal(
            UInt256.Read(ExtendedJobs.RootOf([1, 2, 3, 4], path, prefix, suffix)),
            pool.LastStep.Start!.Header.MerkleRoot);
        Assert.Equal(Verdict.Share, Find(slot, nonce: 1));
        Assert.Single(pool.Take(MessageType.SubmitSharesStandard));
    }

    [Fact]
    public void AFloodOfTipsIsOneStepAndTheLatestWins()
    {
        byte[] flood = [];
        for (var id = 1u; id <= 100; id++)
        {
            flood = [.. flood, .. Tip(id)];
        }

        var before = pool.Steps.Count;
        pool.GiveRaw(flood);

        Assert.Equal(100u, pool.LastStep.Start?.Id);
        Assert.InRange(pool.Steps.Count - before, 1, 10); // As many as the buffer is filled.
    }

    [Fact]
    public void ALiveJobIdWithNewContentReplacesTheJobAndItsOldResultsAreWorthless()
    {
        var slot = StartNew(job: 1);
        pool.GiveJob(2, root: 8);
        Work(pool.LastStep);
        pool.GiveJob(1, root: 9); // Not in hand any more, but its results may still come.
        Work(pool.LastStep);

        Assert.Equal(UInt256.Read(InMemoryPool.Filled(9)), pool.LastStep.Start?.Header.MerkleRoot);
        Assert.Equal(Verdict.Stale, Find(slot, nonce: 1));
        Assert.Contains("id", pool.Session.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void TenThousandFutureJobsCostNoMemory()
    {
        var jobs = Enumerable.Range(0, 10_000).Select(id => pool.Sealed(Job((uint)id, null))).ToArray();
        pool.GiveRaw(jobs[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var job in jobs.AsSpan(1))
        {
            job.CopyTo(pool.Session.Free);
            pool.Session.Received(job.Length, default, pool.Now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        pool.GiveTip(job: 9_984);
        Assert.Equal(9_984u, pool.LastStep.Start?.Id);
        pool.GiveTip(job: 9_983, hash: 10);
        Assert.Null(pool.LastStep.Start);
    }

    [Fact]
    public void ASwappedTargetIsAnAlarmUntilARealOneComesAndIsNeverTurnedRound()
    {
        var bytes = InMemoryPool.Bytes(Targets.FromDifficulty(512));
        Array.Reverse(bytes);
        pool.GiveTarget(UInt256.Read(bytes));
        StartNew(job: 1);

        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.SwappedTarget));
        Assert.Equal(UInt256.Read(bytes), pool.LastStep.Start?.Target);
        pool.GiveTarget(InMemoryPool.Target);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.SwappedTarget));
    }

    [Fact]
    public void JobsThatNeverChangeAreAnAlarmUntilOneDoes()
    {
        pool.GiveTarget(InMemoryPool.Target);
        StartNew(job: 1);
        for (var job = 2u; job < 24; job++)
        {
            Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.JobsNeverChange));
            pool.GiveJob(job, InMemoryPool.NTime + job);
            pool.Pass(30 * Second);
        }

        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.JobsNeverChange));
        pool.GiveJob(50, root: 9);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.JobsNeverChange));
    }

    [Fact] // A pool that talks of anything but jobs looks alive for ever.
    public void APoolThatSaysNothingOfJobsForHalfAnHourIsAnAlarmUntilItDoes()
    {
        pool.GiveTarget(InMemoryPool.Target);
        StartNew(job: 1);
        for (var minute = 0; minute < 31; minute++)
        {
            Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.JobsNeverChange));
            pool.Pass(60 * Second);
            pool.GiveTarget(InMemoryPool.Target);
            pool.Session.Rates([1e12], pool.Now);
        }

        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.JobsNeverChange));
        Assert.Null(pool.Ended);
        pool.GiveJob(2, root: 9);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.JobsNeverChange));
    }

    [Fact]
    public void FiguresOfTheFutureAreNotBelievedAndNoticed()
    {
        var slot = StartNew(job: 1);
        Find(slot, nonce: 1);
        pool.Give(new SubmitSharesSuccess(
            InMemoryPool.FirstChannel, LastSequenceNumber: 7, uint.MaxValue, NewSharesSum: ulong.MaxValue));

        Assert.Equal(1, pool.Totals.Accepted);
        Assert.Equal(1, pool.Session.Disagreements);
        Assert.Contains("count of accepted shares", pool.Session.Notice, StringComparison.Ordinal);
        pool.Reject(7, "invalid-share");
        Assert.Equal(0, pool.Totals.Rejected);
        Assert.Equal(1, pool.Session.Ignored);
    }

    public void Dispose() => pool.Dispose();

    private static NewMiningJob Job(uint id, uint? ntime) => new()
    {
        ChannelId = InMemoryPool.FirstChannel,
        JobId = id,
        MinNTime = ntime,
        Version = 0x2000_0000,
        MerkleRoot = InMemoryPool.Filled(unchecked((byte)id)),
    };

    private byte[] Tip(uint id) =>
    [
        .. pool.Sealed(Job(id, null)),
        .. pool.Sealed(new SetNewPrevHash
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = id,
            PrevHash = InMemoryPool.Filled((byte)id),
            MinNTime = InMemoryPool.NTime,
            NBits = 0x1703_4219,
        }),
    ];

    private int StartNew(uint job)
    {
        pool.GiveFutureJob(job);
        pool.GiveTip(job);
        return Work(pool.LastStep);
    }

    /// <summary>What the step means for the chips; returns the slot of the new work.</summary>
    private int Work(ChannelStep step)
    {
        if (step.StopOldWork)
        {
            table.Retire();
        }

        table.Take(step.Start!);
        Assert.True(table.TryNext(pool.Now, out var slot, out _));
        return slot;
    }

    /// <summary>A chip reports this nonce.</summary>
    private Verdict Find(int slot, uint nonce, uint versionBits = 0)
    {
        var (newest, before) = table.At(slot);
        var judgement = judge.Weigh(new FoundNonce(slot, nonce, versionBits, Chip: 0, Core: 0), newest, before);
        if (judgement.IsToBeSent)
        {
            Assert.True(judgement.Sink!.TrySubmit(judgement.Share, pool.Now));
        }

        return judgement.Verdict;
    }
}
