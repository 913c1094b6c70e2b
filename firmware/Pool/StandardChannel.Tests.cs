using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>Jobs, tips and targets on one channel (SV2 reference §4.5 to §4.7).</summary>
public class StandardChannelTests
{
    private const uint Id = 2;
    private const uint Group = 1;
    private const uint NTime = 1_700_000_000;
    private const uint Mask = StandardChannel.GeneralPurposeVersionBits;

    private static readonly TimeSpan Now = TimeSpan.FromSeconds(33);
    private static readonly UInt256 First = Targets.FromDifficulty(100);
    private static readonly UInt256 Second = Targets.FromDifficulty(200);

    private readonly StandardChannel channel = new(Id, Group, First, Mask, new Nowhere());

    [Fact]
    public void AFutureJobIsNotHashedUntilATipNamesIt() => Assert.Equal(default, Job(1));

    [Fact]
    public void ATipStartsTheJobItNamesWithItsOwnNumbers()
    {
        Job(1, root: 1);
        Job(2, root: 2);
        var step = Tip(job: 2);

        Assert.True(step.StopOldWork);
        Assert.Equal(2u, step.Start?.Id);
        Assert.Equal(
            new BlockHeader
            {
                Version = 0x2000_0000,
                PreviousHash = Number(9),
                MerkleRoot = Number(2),
                NTime = NTime,
                NBits = 0x1703_4219,
            },
            step.Start?.Header);
        Assert.Equal(Targets.FromNBits(0x1703_4219), step.Start?.NetworkTarget);
        Assert.Equal(Now, step.Start?.ActiveSince);
    }

    [Fact]
    public void ATipDropsEveryOtherFutureJob()
    {
        Job(1);
        Job(2);
        Tip(job: 2);

        Assert.Equal(new ChannelStep(null, StopOldWork: true), Tip(job: 1, hash: 10));
    }

    [Fact]
    public void APrevHashForAnEvictedJobStopsTheOldWorkAndStartsNone()
    {
        for (uint id = 0; id < 10_000; id++)
        {
            Job(id);
        }

        Assert.Equal(new ChannelStep(Start: null, StopOldWork: true), Tip(job: 0));
    }

    [Fact]
    public void TheLastSixteenFutureJobsAreKept()
    {
        for (uint id = 0; id < 100; id++)
        {
            Job(id);
        }

        Assert.Equal(84u, Tip(job: 84).Start?.Id);
    }

    [Fact]
    public void AFutureJobSaidAgainReplacesItself()
    {
        for (var i = 0; i < 40; i++)
        {
            Job(1, root: (byte)i);
        }

        Job(2);
        Assert.Equal(Number(39), Tip(job: 1).Start?.Header.MerkleRoot);
    }

    [Fact]
    public void AJobWithATimeStartsOnTheTipWeKnowAndLeavesOldWorkItsWorth()
    {
        Job(1);
        Tip(job: 1);
        var step = Job(2, NTime + 30, root: 2);

        Assert.False(step.StopOldWork);
        Assert.Equal(2u, step.Start?.Id);
        Assert.Equal(NTime + 30, step.Start?.Header.NTime);
        Assert.Equal(Number(9), step.Start?.Header.PreviousHash);
    }

    [Fact]
    public void AJobWithATimeBeforeAnyTipIsDropped() => Assert.Equal(default, Job(1, NTime));

    [Fact]
    public void ANewTargetIsForQueuedFutureJobsAndNotForTheActiveOne()
    {
        Job(1);
        var active = Tip(job: 1).Start;
        Job(2);
        Target(Second);

        Assert.Equal(First, active?.Target);
        Assert.Equal(Second, Tip(job: 2, hash: 10).Start?.Target);
    }

    [Fact]
    public void AJobForNowTakesTheTargetOfNow()
    {
        Job(1);
        Tip(job: 1);
        Target(Second);

        Assert.Equal(Second, Job(2, NTime, root: 2).Start?.Target);
    }

    [Fact]
    public void ATipSaidTwiceIsSaidOnce()
    {
        Job(1);
        Tip(job: 1);

        Assert.Equal(default, Tip(job: 1));
    }

    [Fact]
    public void AJobSaidTwiceIsSaidOnce()
    {
        Job(1);
        Tip(job: 1);
        Job(2, NTime, root: 2);

        Assert.Equal(default, Job(2, NTime, root: 2));
    }

    [Fact]
    public void AnIdUsedAgainWhileItLivesMakesItsOldResultsWorthless()
    {
        Job(1);
        Tip(job: 1);
        Job(2, NTime, root: 2);
        var step = Job(2, NTime, root: 3);

        Assert.True(step.StopOldWork);
        Assert.Equal(Number(3), step.Start?.Header.MerkleRoot);
    }

    [Theory]
    [InlineData(0u)] // nothing
    [InlineData(0x1783_4219u)] // negative
    [InlineData(0xFF12_3456u)] // beyond 256 bits
    public void NBitsThatMakeNoTargetAreNeverABlockAndStillMined(uint nbits)
    {
        Job(1);
        var job = Tip(job: 1, nbits: nbits).Start;

        Assert.Equal(UInt256.Zero, job?.NetworkTarget);
        Assert.Equal(nbits, job?.Header.NBits);
    }

    [Fact]
    public void AMessageIsForItsChannelAndForItsGroup()
    {
        Assert.True(channel.IsAddressedBy(Id));
        Assert.True(channel.IsAddressedBy(Group));
        Assert.False(channel.IsAddressedBy(0));
        Assert.False(channel.IsAddressedBy(3));
    }

    [Fact]
    public void AChannelMovesToTheGroupThatListsIt()
    {
        Assert.False(Regroup(9, 7, 8));
        Assert.True(Regroup(9, 7, Id));

        Assert.True(channel.IsAddressedBy(9));
        Assert.False(channel.IsAddressedBy(Group));
    }

    [Fact]
    public void AClosedChannelHearsNothingMore()
    {
        Job(1);

        Assert.Equal(new ChannelStep(null, StopOldWork: true), channel.Close());
        Assert.False(channel.IsAddressedBy(Id));
        Assert.False(channel.IsAddressedBy(Group));
    }

    [Fact]
    public void TwoStepsInOneEndAsTheLaterSays()
    {
        Job(1);
        var start = Tip(job: 1);
        var stop = new ChannelStep(null, StopOldWork: true);

        Assert.Equal(stop, start.Then(stop));
        Assert.Equal(start, start.Then(default));
        Assert.Equal(start, stop.Then(start with { StopOldWork = false }));
        Assert.Equal(default, default(ChannelStep).Then(default));
    }

    private static UInt256 Number(byte filled) => UInt256.Read(InMemoryPool.Filled(filled));

    private ChannelStep Job(uint id, uint? ntime = null, byte root = 7) => channel.Receive(
        new NewMiningJob
        {
            ChannelId = Id,
            JobId = id,
            MinNTime = ntime,
            Version = 0x2000_0000,
            MerkleRoot = InMemoryPool.Filled(root),
        },
        Now);

    private ChannelStep Tip(uint job, byte hash = 9, uint nbits = 0x1703_4219) => channel.Receive(
        new SetNewPrevHash
        {
            ChannelId = Id,
            JobId = job,
            PrevHash = InMemoryPool.Filled(hash),
            MinNTime = NTime,
            NBits = nbits,
        },
        Now);

    private void Target(UInt256 target) =>
        channel.Receive(new SetTarget { ChannelId = Id, MaximumTarget = InMemoryPool.Bytes(target) });

    private bool Regroup(uint group, params uint[] channels)
    {
        var bytes = channels.SelectMany(BitConverter.GetBytes).ToArray();
        return channel.Receive(
            new SetGroupChannel { GroupChannelId = group, ChannelIds = new ItemSequence(bytes, itemSize: 4) });
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
