using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

public class JobKnobsTests
{
    private static readonly TimeSpan Second = Talk.Second;

    [Theory]
    [InlineData("default", "11 15 20")]
    [InlineData("block-then-job", "11 20 15")]
    [InlineData("many-future-jobs", "11 15 15 15 15 15 20")]
    [InlineData("job-before-block", "11 15")]
    public void AScenarioHasItsOwnOrderOfTheFirstJobAndBlock(string scenario, string types)
    {
        var talk = new Talk(scenario);
        talk.SetUp();
        talk.AskStandard();

        Assert.Equal(types, talk.Types());
    }

    [Theory]
    [InlineData("block-then-job")]
    [InlineData("many-future-jobs")]
    [InlineData("job-before-block")]
    [InlineData("unknown-job")]
    public void InWhateverOrderJobsComeTheCurrentOneCountsInBothKindsOfChannel(string scenario)
    {
        foreach (var extended in new[] { false, true })
        {
            var talk = new Talk(scenario);
            var miner = talk.Mine(extended);
            talk.Pass(2 * Second);
            Assert.Null(miner.Listen().Submit().Code);
            talk.Pass(10 * Second);
            Assert.Null(miner.Listen().Submit().Code);
        }
    }

    [Fact]
    public void ABlockThatComesFirstNamesTheJobThatFollowsAndStartsAtOnce()
    {
        var talk = new Talk("block-then-job");
        talk.SetUp();
        talk.AskStandard();
        _ = talk.Next<OpenStandardMiningChannelSuccess>();

        var named = talk.Next<SetNewPrevHash>().JobId;
        var job = talk.Next<NewMiningJob>();
        Assert.Equal(named, job.JobId);
        Assert.NotNull(job.MinNTime);
    }

    [Fact]
    public void OfManyFutureJobsTheSecondIsNamed()
    {
        var talk = new Talk("many-future-jobs");
        talk.SetUp();
        talk.AskStandard();
        _ = talk.Next<OpenStandardMiningChannelSuccess>();
        var ids = new List<uint>();
        for (var i = 0; i < 5; i++)
        {
            var job = talk.Next<NewMiningJob>();
            Assert.Null(job.MinNTime);
            ids.Add(job.JobId);
        }

        Assert.Equal(ids[1], talk.Next<SetNewPrevHash>().JobId);
    }

    [Fact]
    public void AJobBeforeAnyBlockIsNeverActive()
    {
        var talk = new Talk("job-before-block");
        talk.SetUp();
        talk.AskStandard();
        var channel = talk.Next<OpenStandardMiningChannelSuccess>().ChannelId;
        var job = talk.Next<NewMiningJob>();
        Assert.NotNull(job.MinNTime);
        var id = job.JobId;
        talk.Send(new SubmitSharesStandard(channel, 1, id, 0, Talk.StartTime, 0x2000_0000));
        Assert.Equal(ShareErrors.InvalidJobId, talk.Last.Code);
        talk.Drain();

        talk.Pass(Second);

        Assert.Equal("15 20", talk.Types());
    }

    [Fact]
    public void ABlockThatNamesAnUnknownJobIsFollowedByAJobTwoSecondsLater()
    {
        var talk = new Talk("unknown-job");
        var miner = talk.Mine();
        talk.Pass(5 * Second);
        miner.Listen();
        Assert.DoesNotContain(miner.Tip!.JobId, miner.Known);

        talk.Pass(1.9 * Second);
        Assert.Empty(talk.Drain());
        talk.Pass(0.1 * Second);

        var job = Talk.Parse(Assert.Single(talk.Drain())).Read<NewMiningJob>();
        Assert.NotNull(job.MinNTime);
    }

    [Fact]
    public void ABlockThatNamesAnUnknownJobForGoodIsFollowedByNone()
    {
        var talk = new Talk("unknown-job-for-good");
        var miner = talk.Mine();
        var before = miner.Current;
        talk.Pass(39 * Second);

        Assert.Equal("20 20 20", talk.Types());
        talk.Send(new SubmitSharesStandard(miner.Channel, 1, before, 0, Talk.StartTime, 0x2000_0000));
        Assert.Equal(ShareErrors.StaleShare, talk.Last.Code);
        Assert.Equal(29, talk.Last.Lateness!.Value.TotalSeconds, precision: 1);
    }

    [Fact]
    public void WhereTheGroupIsAddressedOneMessageServesAllMembersAndStandardJobsGoToEach()
    {
        var talk = new Talk("group-addressing");
        TalkMiner[] miners =
        [
            talk.Mine(extended: true), talk.MineAnother(), talk.MineAnother(extended: true), talk.MineAnother(),
        ];
        var group = miners[0].Group;
        Assert.All(miners, miner => Assert.Equal(group, miner.Group));
        Assert.All(miners, miner => Assert.NotEqual(group, miner.Channel));

        talk.Pass(5 * Second);

        var said = talk.Drain();
        var block = said.FindIndex(frame => (MessageType)frame[2] == MessageType.SetNewPrevHash);
        var addresses = said[..(block + 1)].Select(AddressOf).ToArray();
        Assert.Equal(
            [
                (MessageType.NewExtendedMiningJob, group),
                (MessageType.NewMiningJob, miners[1].Channel),
                (MessageType.NewMiningJob, miners[3].Channel),
                (MessageType.SetNewPrevHash, group),
            ],
            addresses[^4..]);
        Assert.Contains((MessageType.SetTarget, group), addresses);
        foreach (var miner in miners)
        {
            miner.Take(said);
            Assert.Equal(miners[0].Current, miner.Current);
            Assert.Null(miner.Submit().Code);
        }
    }

    [Fact]
    public void AfterAMoveTheNewGroupIsAddressed()
    {
        var talk = new Talk("regroup");
        var miner = talk.Mine(extended: true);
        talk.Pass(10 * Second);
        var moved = Talk.LastOf(talk.Drain(), MessageType.SetGroupChannel);
        Assert.NotEqual(miner.Group, moved.Read<SetGroupChannel>().GroupChannelId);
        Assert.Equal(miner.Channel, moved.Read<SetGroupChannel>().ChannelIds.U32(0));
        var group = moved.Read<SetGroupChannel>().GroupChannelId;

        talk.Pass(5 * Second);

        var block = Talk.LastOf(talk.Drain(), MessageType.SetNewPrevHash);
        Assert.Equal(group, block.Read<SetNewPrevHash>().ChannelId);
    }

    [Theory]
    [InlineData("set-target-live", 5, 0.5, 2)]
    [InlineData("vardiff-script", 4, 0.25, 0.125)]
    public void AScriptOfTargetsIsSentInItsOrder(string scenario, int every, double first, double second)
    {
        var talk = new Talk(scenario);
        var opening = talk.Mine().Target;

        talk.Pass(every * Second);
        Assert.Equal(Vardiff.Scale(opening, first), TargetIn(talk));
        talk.Pass(every * Second);
        Assert.Equal(Vardiff.Scale(opening, second), TargetIn(talk));
    }

    [Fact]
    public void ATargetOfZeroOrOfOnesComesAfterFiveSecondsAndCountsForLaterJobs()
    {
        var zero = new Talk("target-zero");
        var miner = zero.Mine();
        Assert.Null(miner.Submit().Code);
        zero.Pass(8 * Second);
        miner.Listen();
        Assert.Equal(UInt256.Zero, miner.Target);
        Assert.Equal(ShareErrors.DifficultyTooLow, miner.Submit(target: UInt256.Max).Code);

        var ones = new Talk("target-ones");
        miner = ones.Mine();
        ones.Pass(8 * Second);
        Assert.Equal(UInt256.Max, miner.Listen().Target);
        Assert.Null(miner.Submit().Code);
    }

    [Fact]
    public void SwappedTargetsAreTheTrueOnesTheOtherWayRound()
    {
        var talk = new Talk("target-swapped");
        var miner = talk.Mine();
        var wire = new byte[UInt256.Size];
        miner.Target.Write(wire);
        wire.AsSpan().Reverse();

        Assert.Equal(PoolTarget.FromHashRate(Talk.HashRate, 120), UInt256.Read(wire));
        Assert.Null(miner.Submit(target: UInt256.Read(wire)).Code);
    }

    [Theory]
    [InlineData("requires-fixed-version", false)]
    [InlineData("no-version-rolling", true)]
    public void WhereTheVersionIsFixedARolledOneIsRefusedAndTheJobsOwnTaken(string scenario, bool extended)
    {
        var talk = new Talk(scenario);
        var flags = talk.SetUp();
        Assert.Equal(scenario == "requires-fixed-version", (flags & SetupConnectionSuccess.RequiresFixedVersion) != 0);
        var miner = talk.MineAnother(extended);

        Assert.Equal(ShareErrors.VersionRollingNotAllowed, miner.Submit(version: 0x2000_2000).Code);
        Assert.Null(miner.Submit(version: 0x2000_0000).Code);
    }

    [Theory]
    [InlineData("no-version-rolling", false)]
    [InlineData("requires-extended", true)]
    public void AnExtendedJobSaysWhetherTheVersionMayBeRolled(string scenario, bool allowed)
    {
        var talk = new Talk(scenario);
        talk.SetUp();
        talk.AskExtended();
        _ = talk.Next<OpenExtendedMiningChannelSuccess>();

        Assert.Equal(allowed, talk.Next<NewExtendedMiningJob>().VersionRollingAllowed);
    }

    private static (MessageType Type, uint Address) AddressOf(byte[] frame) =>
        ((MessageType)frame[2], BitConverter.ToUInt32(frame, FrameHeader.Size));

    private static UInt256 TargetIn(Talk talk) =>
        UInt256.Read(Talk.LastOf(talk.Drain(), MessageType.SetTarget).Read<SetTarget>().MaximumTarget);
}
