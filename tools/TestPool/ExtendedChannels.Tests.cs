using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

public class ExtendedChannelsTests
{
    private static readonly TimeSpan Second = Talk.Second;

    [Fact]
    public void AnExtendedChannelOpensWithPrefixSizeGroupAndTarget()
    {
        var talk = new Talk("default");
        talk.SetUp();
        talk.AskExtended();

        var opened = talk.Next<OpenExtendedMiningChannelSuccess>();
        Assert.Equal(1u, opened.RequestId);
        Assert.Equal(PoolTarget.FromHashRate(Talk.HashRate, 120), UInt256.Read(opened.Target));
        Assert.Equal((4, 8), (opened.ExtranoncePrefix.Length, opened.ExtranonceSize));
        Assert.NotNull(opened.GroupChannelId);
        Assert.NotEqual(opened.ChannelId, opened.GroupChannelId);
        Assert.Null(talk.Next<NewExtendedMiningJob>().MinNTime);
        Assert.Equal(opened.ChannelId, talk.Next<SetNewPrevHash>().ChannelId);
    }

    [Fact]
    public void SharesOfManyJobsWithPathsOfEveryLengthAreAccepted()
    {
        var talk = new Talk("blocks-fast");
        var miner = talk.Mine(extended: true);
        for (var i = 0; i < 30; i++)
        {
            talk.Pass(Second);
            Assert.Null(miner.Listen().Submit().Code);
        }

        Assert.Equal((30, 0), (talk.Ledger.Accepted, talk.Ledger.Rejected));
        var lengths = miner.Known.Select(job => miner[job].Extended!.Path.Length).ToArray();
        Assert.Contains(0, lengths); // The coinbase alone: its id is the root.
        Assert.Contains(12, lengths);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(0)]
    public void AnExtranonceOfAnotherLengthIsRefused(int length)
    {
        var miner = new Talk("default").Mine(extended: true);

        Assert.Equal(ShareErrors.BadExtranonceSize, miner.Submit(rolled: new byte[length], target: UInt256.Max).Code);
    }

    [Fact]
    public void AShareForAnotherExtranonceMissesTheTarget()
    {
        var talk = new Talk("default");
        var miner = talk.Mine(extended: true);
        miner.Submit();

        var share = talk.Last.Share;
        talk.Send(new SubmitSharesExtended
        {
            ChannelId = share.ChannelId,
            SequenceNumber = 2,
            JobId = share.JobId,
            Nonce = share.Nonce,
            NTime = share.NTime,
            Version = share.Version,
            Extranonce = new byte[8],
        });

        Assert.Equal(ShareErrors.DifficultyTooLow, talk.Last.Code);
    }

    [Fact]
    public void OneHeaderTwiceIsADuplicateAndTheSameFieldsWithAnotherExtranonceAreNone()
    {
        var talk = new Talk(new PoolOptions { SharesPerMinute = 1e9 }); // Every second hash or so is a share.
        var miner = talk.Mine(extended: true);
        Assert.Null(miner.Submit(rolled: [1, 2, 3, 4, 5, 6, 7, 8]).Code);
        var share = talk.Last.Share;
        Resend(talk, share with { SequenceNumber = 2 }, [1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.Equal(ShareErrors.DuplicateShare, talk.Last.Code);
    }

    [Fact]
    public void AStandardShareOnAnExtendedChannelIsRefusedForItsMissingExtranonce()
    {
        var talk = new Talk("default");
        var miner = talk.Mine(extended: true);
        talk.Send(new SubmitSharesStandard(miner.Channel, 1, miner.Current, 0, Talk.StartTime, 0x2000_0000));

        Assert.Equal(ShareErrors.BadExtranonceSize, talk.Last.Code);
    }

    [Fact]
    public void AMinerThatAskedForStandardJobsOnlyGetsNoExtendedChannel()
    {
        var talk = new Talk("default");
        talk.SetUp(SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling);
        talk.AskExtended();

        Assert.Equal("extended-channels-not-supported-for-standard-jobs", talk.NextRefusal());
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(16, 16)]
    [InlineData(0, 8)]
    public void AMinerThatWantsMoreToRollGetsIt(ushort wanted, int given)
    {
        var talk = new Talk("default");
        talk.SetUp();
        talk.AskExtended(wanted);

        Assert.Equal(given, talk.Next<OpenExtendedMiningChannelSuccess>().ExtranonceSize);
    }

    [Fact]
    public void AMinerThatWantsMoreThanThereIsGetsNothing()
    {
        var talk = new Talk("default");
        talk.SetUp();
        talk.AskExtended(17);

        Assert.Equal("min-extranonce-size-too-large", talk.NextRefusal());
    }

    [Fact]
    public void TwoChannelsHaveTwoPrefixesAndOneGroup()
    {
        var talk = new Talk("default");
        var first = talk.Mine(extended: true);
        var second = talk.MineAnother(extended: true);

        Assert.NotEqual(first.Prefix, second.Prefix);
        Assert.NotEqual(first.Channel, second.Channel);
        Assert.Equal(first.Group, second.Group);
        Assert.Null(first.Submit().Code);
        Assert.Null(second.Submit().Code);
    }

    [Fact]
    public void APoolOfExtendedChannelsSaysSoRefusesStandardOnesAndTakesAnyMinersExtendedOnes()
    {
        var talk = new Talk("requires-extended");
        Assert.Equal(
            SetupConnectionSuccess.RequiresExtendedChannels,
            talk.SetUp(SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling));
        talk.AskStandard();
        Assert.Equal("standard-channels-not-supported", talk.NextRefusal());

        Assert.Null(talk.MineAnother(extended: true).Submit().Code);
    }

    [Fact]
    public void APoolThatRefusesStandardJobsNamesTheirBitAndTakesTheMinerWithoutIt()
    {
        var talk = new Talk("refuse-standard-jobs");
        talk.Send(new SetupConnection
        {
            Protocol = 0,
            MinVersion = 2,
            MaxVersion = 2,
            Flags = SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling,
            EndpointHost = "localhost"u8,
            EndpointPort = 3333,
            Vendor = "Acme"u8,
            HardwareVersion = [],
            Firmware = [],
            DeviceId = [],
        });
        var refusal = talk.Next<SetupConnectionError>();
        Assert.Equal(SetupConnection.RequiresStandardJobs, refusal.Flags);
        Assert.Equal("unsupported-feature-flags", System.Text.Encoding.ASCII.GetString(refusal.ErrorCode));
        Assert.NotNull(talk.Pool.Ended);

        Assert.Null(new Talk("refuse-standard-jobs").Mine(extended: true).Submit().Code);
    }

    [Fact]
    public void ALivePrefixCountsForLaterJobsAndEarlierOnesKeepTheirs()
    {
        var talk = new Talk("set-extranonce-prefix-live");
        var miner = talk.Mine(extended: true);
        var prefix = miner.Prefix;
        var before = miner.Current;
        talk.Pass(2.9 * Second);
        miner.Listen();
        Assert.Equal(prefix, miner.Prefix);

        talk.Pass(0.1 * Second);
        var said = talk.Drain();
        Assert.Equal("1f 19 1f", string.Join(' ', said.Select(frame => frame[2].ToString("x2"))));
        miner.Take(said);
        Assert.NotEqual(prefix, miner.Prefix);
        Assert.Equal(prefix.Length, miner.Prefix.Length);
        var future = Talk.Parse(said[0]).Read<NewExtendedMiningJob>();
        Assert.Null(future.MinNTime);
        var waiting = future.JobId;
        Assert.Null(miner.Submit(before).Code); // With its own prefix, the old one.
        Assert.Null(miner.Submit().Code); // With the new one.

        talk.Pass(2 * Second); // The block at 5 s names the job that came before the new prefix.
        Assert.Equal(waiting, miner.Listen().Tip!.JobId);
        Assert.Null(miner.Submit(waiting).Code);
        Assert.Equal((3, 0), (talk.Ledger.Accepted, talk.Ledger.Rejected));
    }

    [Fact]
    public void AMinerThatOverlooksTheNewPrefixHasItsSharesRefused()
    {
        var talk = new Talk("set-extranonce-prefix-live");
        var miner = talk.Mine(extended: true);
        talk.Pass(3 * Second);
        miner.Take(talk.Drain().Where(frame => (MessageType)frame[2] != MessageType.SetExtranoncePrefix));

        Assert.Equal(ShareErrors.DifficultyTooLow, miner.Submit().Code);
    }

    private static void Resend(Talk talk, SubmitSharesStandard share, byte[] extranonce) =>
        talk.Send(new SubmitSharesExtended
        {
            ChannelId = share.ChannelId,
            SequenceNumber = share.SequenceNumber,
            JobId = share.JobId,
            Nonce = share.Nonce,
            NTime = share.NTime,
            Version = share.Version,
            Extranonce = extranonce,
        });
}
