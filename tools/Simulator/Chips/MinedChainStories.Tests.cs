using Drivers.Hashing.Bm13xx;
using Firmware.Mining;

namespace Simulator.Chips;

/// <summary>The product's miner and driver against simulated chips, minutes and hours on the simulated clock.</summary>
public class MinedChainStories
{
    private const uint Bip320 = 0x1FFF_E000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string, int, int, int, int, double> Models { get; } = new()
    {
        // Model, chips, zero bits, ticket bits, baud, megahertz.
        { "bm1387", 1, 2, 5, 1_562_500, 650 },
        { "bm1397", 1, 2, 6, 1_562_500, 425 },
        { "bm1362", 4, 2, 7, 1_041_667, 525 },
        { "bm1366", 1, 2, 6, 1_041_667, 485 },
        { "bm1368", 1, 2, 7, 1_041_667, 490 },
        { "bm1370", 1, 2, 8, 1_041_667, 525 },
        { "bm1373", 1, 2, 7, 3_000_000, 327 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void TenMinutesOfEachModelAreWithoutAHardwareError(
        string model, int chips, int zeroBits, int ticketBits, int baud, double megahertz)
    {
        var mined = new MinedChain(Config(model, chips, zeroBits, ticketBits, baud), megahertz);
        mined.RunUntilHashing();
        mined.Run(10 * Minute);

        var expected = mined.ResultsPerSecond * 600;
        Assert.Equal(0, mined.Miner.Counters[Verdict.HardwareError]);
        Assert.Equal(0, mined.Miner.Counters[Verdict.Duplicate]);
        Assert.InRange(
            mined.Miner.Counters.Results,
            0.97 * expected - 5 * Math.Sqrt(expected),
            expected + 5 * Math.Sqrt(expected));
        Assert.Null(mined.Refused);
        Assert.Equal(0, mined.Totals.Unconfirmed);
        Assert.Empty(mined.Told);
    }

    [Theory]
    [InlineData("bm1370", 1, true, Bip320)]
    [InlineData("bm1370", 1, false, Bip320)]
    [InlineData("bm1370", 1, true, 0u)]
    [InlineData("bm1397", 1, true, Bip320)]
    [InlineData("bm1397", 1, false, Bip320)]
    public void NothingIsHashedTwiceInAnHour(string model, int chips, bool isExtended, uint mask)
    {
        var mined = new MinedChain(Config(model, chips, zeroBits: 1, 8, 1_562_500), 425, isExtended, mask);
        mined.Bench.Watcher = new SearchSpace();
        mined.RunUntilHashing();
        mined.Run(60 * Minute);

        var searched = mined.Bench.Searched();
        Assert.True(searched.FirstRepeat is null, searched.FirstRepeat);
        Assert.True(searched.Hashes > 0.95 * 3600 * mined.Chain.Status.HashRate * Math.ScaleB(1, 31));
        Assert.Null(mined.Refused);
    }

    [Fact]
    public void AChainOf126WithDeadChipsAndABrownOutMinesOnNamesThemAndGetsTheDomainBack()
    {
        var mined = new MinedChain(
            Config("bm1362", 126, zeroBits: 1, ticketBits: 8, 3_125_000) with { ChipsPerDomain = 3 }, 525);
        mined.Bench.Faults.DeadCores = ChipSet.Of(17, 90);
        mined.RunUntilHashing();
        mined.Run(3 * Minute);
        mined.Bench.Faults.BrownOut(domain: 5, TimeSpan.FromSeconds(2));
        mined.Run(3 * Minute);

        var told = string.Join("; ", mined.Told);
        Assert.Contains("domain 5 (chips 15 to 17) set up anew", told, StringComparison.Ordinal);
        Assert.Equal("chip 17, 90 silent", mined.Miner.Report.Health.Word);
        Assert.Equal(0, mined.Miner.Report.Ladder.Resets);
        Assert.Null(mined.Miner.Report.Fault);
        Assert.Equal(0, mined.Miner.Counters[Verdict.HardwareError]);
        Assert.Null(mined.Refused);

        var before = mined.Miner.Counters.Results;
        mined.Run(3 * Minute);
        var expected = mined.ResultsPerSecond * 180 * 124 / 126;
        Assert.InRange(
            mined.Miner.Counters.Results - before, expected * 0.97 - 5 * Math.Sqrt(expected),
            expected + 5 * Math.Sqrt(expected));
        Assert.All([15, 16], chip => Assert.Equal(ChipHealth.Well, mined.Miner.Report.Health.Chips[chip].Health));
    }

    [Fact]
    public void AChipThatComputesWrongAtTheClockOfTheOthersGetsALowerOneOfItsOwn()
    {
        var mined = new MinedChain(Config("bm1362", 4, zeroBits: 4, ticketBits: 4, 1_041_667), 525);
        mined.Bench.Faults.WeakChips = ChipSet.Of(2);
        mined.RunUntilHashing();
        mined.Run(5 * Minute);

        const string begins = "chip 2 is slowed down to 518.75 MHz: ";
        Assert.True(
            mined.Told.Exists(words => words.StartsWith(begins, StringComparison.Ordinal)),
            $"Told: {string.Join("; ", mined.Told)}. {string.Join("; ", mined.Miner.Report.Health.Chips)}");
        Assert.DoesNotContain(mined.Told, words => words.Contains("chip 1 ", StringComparison.Ordinal));
        Assert.InRange(mined.Miner.Report.Health.Chips[2].Status.Clock.Value, 493.75, 506.25);
        Assert.All([0, 1, 3], chip => Assert.Equal(525, mined.Miner.Report.Health.Chips[chip].Status.Clock.Value));

        var counters = mined.Miner.Counters;
        var (results, wrong) = (counters.Results, counters[Verdict.HardwareError]);
        mined.Run(5 * Minute);
        (results, wrong) = (counters.Results - results, counters[Verdict.HardwareError] - wrong);
        Assert.InRange((double)wrong / (results + wrong), 0, 0.04);
        Assert.InRange(results, mined.ResultsPerSecond * 300 * 0.92, mined.ResultsPerSecond * 300 * 1.05);
        Assert.Equal(default, mined.Miner.Report.Ladder);
        Assert.Null(mined.Refused);
    }

    [Fact] // The chips that hash hear nothing at the rate of those that fell back.
    public void AStopWhileTheWireIsAtTheSlowRateReachesTheChipsAllTheSame()
    {
        var mined = new MinedChain(
            Config("bm1362", 6, zeroBits: 4, ticketBits: 4, 1_041_667) with { ChipsPerDomain = 3 }, 525);
        mined.RunUntilHashing();
        mined.Bench.Faults.BrownOut(domain: 1, TimeSpan.FromMilliseconds(200));
        for (var end = mined.Bench.Now + Minute; mined.Bench.Baud != Bm13xxConfig.SlowBaud;)
        {
            Assert.True(mined.Bench.Now < end, "Nobody was set up anew.");
            mined.Run(TimeSpan.FromMilliseconds(5));
        }

        Assert.NotEqual(0, mined.Bench.HashRate);
        mined.Miner.Stop(mined.Bench.Now);
        mined.Bench.RunTo(mined.Bench.Now + TimeSpan.FromMilliseconds(10));

        Assert.Equal(0, mined.Bench.HashRate);
    }

    [Theory]
    [InlineData("bm1370", 2, "cores 64 to 95")]
    [InlineData("bm1362", 0, "cores 0 to 16")]
    [InlineData("bm1397", 3, "cores 126 to 167")]
    public void ADeadQuarterOfAChipIsNamedAndTheRestOfItMinesOn(string model, int quarter, string cores)
    {
        var mined = new MinedChain(Config(model, 4, zeroBits: 4, ticketBits: 4, 1_562_500), 425);
        mined.Bench.Faults.DeadQuarters = ChipSet.Of(1);
        mined.Bench.Faults.DeadQuarter = quarter;
        mined.RunUntilHashing();
        mined.Run(1.5 * Minute);

        Assert.StartsWith(
            $"Chip 1 finds nothing with its {cores}, a quarter of them: the rest mines on.",
            mined.Miner.Report.Health.Note,
            StringComparison.Ordinal);
        var expected = mined.ResultsPerSecond * 90 * 15 / 16;
        Assert.InRange(mined.Miner.Counters.Results, 0.83 * expected, 1.17 * expected); // 5 sigma of 1000.
        Assert.All(mined.Miner.Report.Health.Chips, chip => Assert.Equal(ChipHealth.Well, chip.Health));
        Assert.Equal(0, mined.Miner.Counters[Verdict.HardwareError]);

        mined.Bench.Faults.DeadQuarters = ChipSet.None;
        mined.Run(Minute / 2);
        Assert.Null(mined.Miner.Report.Health.Note);
    }

    [Theory] // The driver expects nothing of chips that it has given up, and is still not believed to be hashing.
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(4, true)]
    public void AChainOfWhichNothingIsLeftEndsColdAndSaysWhy(int chips, bool isDead)
    {
        var mined = new MinedChain(Config("bm1370", chips, zeroBits: 5, 7, 1_041_667), 525);
        mined.RunUntilHashing();
        mined.Bench.Faults.ChipDead = isDead;
        mined.Bench.Faults.StuckPlls = isDead ? ChipSet.None : ChipSet.Of([.. Enumerable.Range(0, chips)]);
        mined.Run(4 * Minute);

        var report = mined.Miner.Report;
        Assert.Equal((BoardPhase.Failed, false), (report.Phase, report.Orders.Lease));
        Assert.Equal((1, 1, 1), (report.Ladder.Resets, report.Ladder.PowerCycles, report.Ladder.Latches));
        Assert.Contains(isDead ? "No chip answered" : "does not lock", report.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AJobThatIsLostOnTheWireIsThereASecondLater(bool isExtended)
    {
        var mined = new MinedChain(Config("bm1370", 1, zeroBits: 5, 5, 1_041_667), 525, isExtended);
        mined.RunUntilHashing();
        for (var i = 0; i < 12; i++)
        {
            mined.RunToNextJob();
            var given = mined.Bench.Now;
            mined.Bench.Faults.ToChips.DropRate = 1;
            mined.Run(TimeSpan.FromMilliseconds(50));
            mined.Bench.Faults.ToChips.DropRate = 0;
            mined.Run(TimeSpan.FromSeconds(1.2));

            var arrived = mined.Bench.Jobs.First(job => job.At > given);
            Assert.InRange((arrived.At - given).TotalSeconds, 0.05, 1.01);
            Assert.Equal(mined.Tip, arrived.Header.PreviousHash);
        }

        Assert.Null(mined.Refused);
    }

    private static Bm13xxConfig Config(string model, int chips, int zeroBits, int ticketBits, int baud) =>
        new(ChipModel.Find(model)!, chips, baud, new TicketMask(ticketBits), zeroBits);
}
