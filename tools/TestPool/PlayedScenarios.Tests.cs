using Firmware.Pool;

namespace TestPool;

/// <summary>
/// What the product makes of the scenarios, in simulated time: each test is a statement about the miner.
/// </summary>
public class PlayedScenariosTests
{
    [Theory]
    [InlineData("default")]
    [InlineData("blocks-fast")]
    [InlineData("ack-each")]
    [InlineData("set-target-live")]
    [InlineData("vardiff-script")]
    public void AnHonestPoolRefusesNothing(string scenario)
    {
        foreach (var channel in new[] { ChannelChoice.Standard, ChannelChoice.Extended })
        {
            using var run = ModelRun.Of(scenario, vary: terms => terms with { Channel = channel });
            run.AllIsWell(100).OnOneConnection();
        }
    }

    [Theory]
    [InlineData("block-then-job")]
    [InlineData("many-future-jobs")]
    [InlineData("job-before-block")]
    public void AJobStartsWithItsBlockInWhateverOrderTheTwoCome(string scenario)
    {
        using var run = ModelRun.Of(scenario);
        run.AllIsWell().OnOneConnection();
    }

    [Fact]
    public void AfterABlockThatNamesAnUnknownJobOldWorkEndsAndTheNextJobIsHashed()
    {
        using var run = ModelRun.Of("unknown-job");
        run.AllIsWell(80).OnOneConnection(); // Two of five seconds are without a job.
    }

    [Fact]
    public void AfterABlockThatNamesAnUnknownJobForGoodAChannelIsOpenedAgainWithinFiveSeconds()
    {
        using var run = ModelRun.Of("unknown-job-for-good", minutes: 5);
        run.AllIsWell(150); // Ten seconds of work, then about six without, and back-off where it takes a connection.
    }

    [Theory]
    [InlineData(ChannelChoice.Standard)]
    [InlineData(ChannelChoice.Extended)]
    public void AMessageToTheGroupIsForItsMembers(ChannelChoice channel)
    {
        using var run = ModelRun.Of("group-addressing", vary: terms => terms with { Channel = channel });
        run.AllIsWell(100).OnOneConnection();
        Assert.True(run.Miner.Taps[0].Blocks >= 20, run.Tale);
    }

    [Theory]
    [InlineData(ChannelChoice.Standard)]
    [InlineData(ChannelChoice.Extended)]
    public void SetGroupChannelMovesAChannelToTheGroupThatIsAddressedFromThenOn(ChannelChoice channel)
    {
        using var run = ModelRun.Of("regroup", vary: terms => terms with { Channel = channel });
        run.AllIsWell().OnOneConnection();
        Assert.True(run.Pool.Ledger.Interruptions >= 8, run.Tale);
    }

    [Fact]
    public void ANewExtranoncePrefixCountsForLaterJobsAndEarlierJobsKeepTheirs()
    {
        using var run = ModelRun.Of("set-extranonce-prefix-live");
        run.AllIsWell().OnOneConnection();
    }

    [Fact]
    public void WhereThePoolRequiresExtendedChannelsOneIsOpened()
    {
        using var run = ModelRun.Of("requires-extended");
        run.AllIsWell().OnOneConnection();
    }

    [Fact]
    public void APoolThatRefusesTheBitOfStandardJobsIsAskedWithoutIt()
    {
        using var run = ModelRun.Of("refuse-standard-jobs");
        run.AllIsWell();
        Assert.Equal(2, run.Pool.Connections);
    }

    [Fact]
    public void WhereAJobForbidsRollingTheVersionIsTheJobs()
    {
        using var run = ModelRun.Of("no-version-rolling");
        run.AllIsWell().OnOneConnection();
        Assert.All(run.Verdicts, verdict => Assert.Equal(0x2000_0000u, verdict.Share.Version));
    }

    [Fact]
    public void D4AKnownMessageIsTakenWithAWrongChannelBit()
    {
        using var run = ModelRun.Of("old-channel-bits");
        run.AllIsWell().OnOneConnection();
    }

    [Fact]
    public void D6OldNumbersOfReconnectAndSetGroupChannelAreReadAndNotObeyed()
    {
        var dmnd = PoolProfile.Find("dmnd")!;
        using var run = ModelRun.Of("old-numbers", vary: terms => terms with { Profile = dmnd });
        run.AllIsWell().OnOneConnection();
        Assert.True(run.Pool.Ledger.Interruptions >= 16, run.Tale);
    }

    [Fact]
    public void D7AnExtendedChannelWhoseOpeningNamesNoGroupMines()
    {
        using var run = ModelRun.Of("no-group-id");
        run.AllIsWell().OnOneConnection();
    }

    [Fact]
    public void D8CoinbasesWithTheirWitnessGiveTheRootOfThoseWithout()
    {
        using var run = ModelRun.Of("witness-coinbase");
        run.AllIsWell().OnOneConnection();
    }

    [Theory]
    [InlineData(PoolProfile.Bip323Mask, true)]
    [InlineData(PoolProfile.Bip320Mask, false)]
    public void D9TheBitsOfBip323AreRolledWhereTheProfileSaysSoAndNowhereElse(uint mask, bool rolled)
    {
        const uint OnlyIn323 = PoolProfile.Bip323Mask & ~PoolProfile.Bip320Mask;
        var profile = new PoolProfile { VersionMask = mask };
        using var run = ModelRun.Of("wide-mask", vary: terms => terms with { Profile = profile });
        run.AllIsWell().OnOneConnection();
        Assert.Equal(rolled, run.Verdicts.Any(verdict => (verdict.Share.Version & OnlyIn323) != 0));
        Assert.Contains(run.Verdicts, verdict => verdict.Share.Version != 0x2000_0000);
    }

    [Theory]
    [InlineData(false)] // Learnt from the first refusal …
    [InlineData(true)] // … or known from the beginning: what was on the wire when the target came is refused.
    public void D13WhereThePoolJudgesAnewTheHarderTargetCountsAfterTheFirstRefusal(bool known)
    {
        var profile = new PoolProfile { RejudgesAtOnce = known };
        using var run = ModelRun.Of("rejudge-at-once", vary: terms => terms with { Profile = profile });

        // A miner that never learns has three of four shares refused for 45 of 120 seconds: about 67.
        var refused = run.Verdicts.Where(verdict => !verdict.Accepted && verdict.Lateness is null).ToArray();
        Assert.All(refused, verdict => Assert.Equal(ShareErrors.DifficultyTooLow, verdict.Code));
        Assert.InRange(refused.Length, known ? 0 : 1, 8);
        Assert.True(run.Pool.Ledger.Accepted >= 100, run.Tale);
    }

    [Theory]
    [InlineData("close-channel")]
    [InlineData("close-group")]
    public void AClosedChannelGetsNoMoreSharesAndAnotherIsOpened(string scenario)
    {
        using var run = ModelRun.Of(scenario);
        run.AllIsWell(120);
        Assert.Equal(1, run.Pool.Ledger.Interruptions);
    }

    [Fact]
    public void AReconnectToTheSamePlaceIsANewConnectionBeforeTheOldOneEnds()
    {
        using var run = ModelRun.Of("reconnect-same");
        run.AllIsWell(200);
        Assert.Equal((2, 1), (run.Pool.Connections, run.Miner.Replaced));
        Assert.Empty(run.Miner.Ends);
    }

    [Fact]
    public void AReconnectToAHostThatIsNoneIsNotObeyed()
    {
        using var run = ModelRun.Of("reconnect-nowhere");
        run.AllIsWell(200).OnOneConnection();
        Assert.Equal(0, run.Miner.Replaced);
    }

    [Theory]
    [InlineData("extension-frames")]
    [InlineData("unknown-flood")]
    public void FramesThatNobodyKnowsAreIgnored(string scenario)
    {
        using var run = ModelRun.Of(scenario);
        run.AllIsWell(200).OnOneConnection();
    }

    [Fact]
    public void MissingAcknowledgementsAreNoFailure()
    {
        using var run = ModelRun.Of("ack-untimed:100000", minutes: 10);
        run.AllIsWell(1000).OnOneConnection();
        Assert.Equal(0, run.Miner.Totals.Accepted);
    }

    [Fact]
    public void AQuietPoolThatAnswersTheProbeIsNotLeft()
    {
        var mute = Scenario.Named("quiet")! with
        {
            AcknowledgeCount = 100_000,
            AcknowledgeAfter = TimeSpan.FromDays(1),
        };
        using var run = ModelRun.Of(mute, minutes: 20);
        run.AllIsWell(2000).OnOneConnection();
    }

    [Fact]
    public void ASilentPoolIsLeftAfterFiveMinutesAndNotBefore()
    {
        using var run = ModelRun.Of("silent", minutes: 4.9);
        run.OnOneConnection();
        using var longer = ModelRun.Of("silent", minutes: 5.5);
        Assert.Equal(2, longer.Pool.Connections);
    }

    [Fact] // SV2 reference §14, B21
    public void APoolWhoseTargetStaysZeroIsAskedReopenedAndLeftAfterTenMinutes()
    {
        using var run = ModelRun.Of("target-zero", minutes: 9.5);
        run.OnOneConnection();
        using var longer = ModelRun.Of("target-zero", minutes: 13);
        Assert.Contains("zero", Assert.Single(longer.Miner.Ends), StringComparison.Ordinal);
        Assert.Equal(2, longer.Pool.Connections);
    }

    [Fact]
    public void ATargetThatEveryHashMeetsFloodsNobody()
    {
        const double SharesASecondMax = 20;
        using var run = ModelRun.Of("target-ones", minutes: 1, hashRate: 4000); // 500 claims a second.
        run.AllIsWell(500);
        var late = run.Verdicts.Where(verdict => verdict.At > TimeSpan.FromSeconds(10)).ToArray();
        Assert.True(late.Length <= 50 * (SharesASecondMax + 1), run.Tale);
    }
}
