namespace Simulator.Chips;

/// <summary>Many chips on one wire, and what breaks of them.</summary>
public class LongChainTests
{
    private const int Chips = 12;
    private const int PerDomain = 3;
    private const string ReadId = "52050000";

    private readonly Silicon silicon = Silicon.Bm1362;
    private readonly ChipBench bench = new("bm1362", Chips, PerDomain, zeroBits: 8);

    [Fact]
    public void RepliesLeaveInChainOrderOneAfterTheOther()
    {
        BringUp();
        Models.Command(bench, silicon, ReadId);

        var heard = Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.1));

        Assert.Equal(Enumerable.Range(0, Chips).Select(i => i * 16), heard.Select(one => (int)one.Frame[5]));
        var apart = (heard[^1].At - heard[0].At) / (Chips - 1);
        Assert.InRange(apart.TotalMilliseconds, 110 / 115.741 - 0.1, 110 / 115.741 + 0.1);
    }

    [Fact]
    public void AChipThatTransmitsHoldsOffThoseBeyondItButNotThoseBefore()
    {
        BringUp();
        Models.Read(bench, silicon, 11 * 16, 0x00);
        Models.Read(bench, silicon, 5 * 16, 0x00);
        bench.DiscardInput();
        var line = new ReplyLine(new ChainPlan(silicon, Chips), new Faults(), new Random(1));
        for (var chip = 11; chip >= 0; chip--)
        {
            line.Enqueue(chip, [(byte)chip], isResult: false, chip == 11 ? default : Milliseconds(0.01), 115_741);
        }

        var received = new List<byte>();
        line.Transmit(Milliseconds(100), 115_200, Chips, received);

        // The farthest was alone when it began; then the nearest goes first.
        Assert.Equal([11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], received);
    }

    [Fact]
    public void ABreakLeavesTheChipsBeforeItAndNobodyElse()
    {
        bench.Faults.BrokenAfter = 7;
        BringUp();

        Assert.Equal(Enumerable.Range(0, 7), Answering());

        bench.Faults.BrokenAfter = null;
        Models.Command(bench, silicon, ReadId);
        Assert.Equal(Chips, Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.1)).Count);
        Assert.Equal(Enumerable.Range(0, 7), Answering().Where(chip => chip < 7)); // The others heard no address.
    }

    [Fact]
    public void AMuteChipTakesItsAddressAndPassesTheOthersOn()
    {
        bench.Faults.MuteChips = ChipSet.Of(4);
        BringUp();
        Assert.Equal(Enumerable.Range(0, Chips).Where(chip => chip != 4), Answering());

        bench.Faults.MuteChips = ChipSet.None;
        Assert.Equal(Enumerable.Range(0, Chips), Answering());
    }

    [Fact]
    public void DeadCoresAnswerAndFindNothing()
    {
        bench.Faults.DeadCores = ChipSet.Of(2, 9);
        BringUp();
        Assert.Equal(Enumerable.Range(0, Chips), Answering());

        Assert.Equal(Enumerable.Range(0, Chips).Where(chip => chip is not (2 or 9)), Finding());
    }

    [Fact]
    public void AStuckPllNeverLocksAndItsChipFindsNothing()
    {
        bench.Faults.StuckPlls = ChipSet.Of(3);
        BringUp();

        Models.Command(bench, silicon, "52050008");
        var locked = Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.1)).Select(one => one.Frame[2] >> 7).ToList();
        Assert.Equal(0, locked[3]);
        Assert.Equal(Chips - 1, locked.Sum());
        Assert.DoesNotContain(3, Finding());
    }

    [Fact]
    public void AWedgedChipRepeatsItselfAndPassesTheOthersOn()
    {
        BringUp();
        bench.Faults.WedgedChips = ChipSet.Of(5);

        var repeated = Models.Listen(bench, silicon, TimeSpan.FromSeconds(1))
            .Count(one => Convert.ToHexString(one.Frame) == "AA551800A640029922F991");
        Assert.InRange(repeated, 20, 22);
        Assert.Equal(Enumerable.Range(0, Chips).Where(chip => chip != 5), Answering());
    }

    [Fact]
    public void AForeignChipSaysSo()
    {
        bench.Faults.ForeignChips = ChipSet.Of(1);
        bench.Faults.ForeignId = 0x1366;
        Models.Command(bench, silicon, ReadId);

        var ids = Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.1)).Select(one => one.Frame[3]).ToList();
        Assert.Equal(0x66, ids[1]);
        Assert.Equal(Chips - 1, ids.Count(id => id == 0x62));
    }

    [Fact]
    public void ADomainWithoutVoltageCutsOffWhatIsBeyondAndComesBackAsAfterAReset()
    {
        BringUp();
        Assert.Equal(Enumerable.Range(0, Chips), Finding());

        bench.Faults.BrownOut(domain: 1, TimeSpan.FromSeconds(2));
        bench.RunTo(bench.Now + TimeSpan.FromSeconds(0.1));
        Assert.Equal([0, 1, 2], Answering());
        bench.DiscardInput();
        bench.RunTo(bench.Now + TimeSpan.FromSeconds(2));

        // Its three chips have no address, no clock to speak of, and shut gates; the others never stopped.
        Models.Read(bench, silicon, 0, 0x18);
        var heard = Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.5)).Select(one => one.Frame)
            .Where(frame => (frame[^1] & 0x80) == 0).Select(frame => Convert.ToHexString(frame[2..8])).ToList();
        Assert.Equal(["B000C1000018", .. Enumerable.Repeat("0000C1000018", 3)], heard);
        Assert.Equal(Enumerable.Range(0, Chips).Where(chip => chip / PerDomain != 1), Finding());
    }

    [Fact]
    public void AChipThatFellBackToTheSlowRateHearsNothingOfTheFastOneAndPassesItOn()
    {
        BringUp();
        Models.Write(bench, silicon, 0x28, 0x1130_0000);
        bench.SetBaud(3_125_000);
        Assert.Equal(Enumerable.Range(0, Chips), Answering());

        bench.Faults.BrownOut(domain: 2, TimeSpan.FromMilliseconds(5));
        bench.RunTo(bench.Now + TimeSpan.FromMilliseconds(10));
        Assert.Equal(Enumerable.Range(0, Chips).Where(chip => chip / PerDomain != 2), Answering());

        // At the slow rate they alone listen, and take the fast one.
        bench.SetBaud(115_200);
        Models.Write(bench, silicon, 0x28, 0x1130_0000);
        bench.SetBaud(3_125_000);
        Models.Read(bench, silicon, 0, 0x28);
        Assert.Equal(4, Models.Listen(bench, silicon, TimeSpan.FromMilliseconds(50)).Count); // Chip 0, and three.
    }

    [Fact]
    public void AChipThatIsDeafToTheRateStaysAtTheSlowOne()
    {
        bench.Faults.BaudDeafChips = ChipSet.Of(6);
        BringUp();
        Models.Write(bench, silicon, 0x28, 0x1130_0000);
        bench.SetBaud(3_125_000);

        Assert.Equal(Enumerable.Range(0, Chips).Where(chip => chip != 6), Answering());
    }

    [Fact]
    public void NeighboursWithTheirOwnSlicesNeverHashTheSameAndWithALongerTimeTheyDo()
    {
        // 16 slices of 2^21 counts; the time overruns by 4 µs, which is what a guard is for.
        var exact = (uint)((1 << 21) * 12.5 / 525);
        Assert.Equal(0, Repeated(exact - 60));
        Assert.InRange(Repeated(exact), 1e-5, 1e-3);
        Assert.InRange(Repeated(exact * 2), 0.37, 0.38); // Three of four second halves: behind the last is nobody.

        double Repeated(uint counting)
        {
            var chain = new ChipBench("bm1362", 4, zeroBits: 1) { Watcher = new SearchSpace() };
            Models.BringUp(chain, silicon, 0xFF, 0x40A8_0230, counting, chips: 16);
            for (var i = 0u; i < 5; i++)
            {
                Models.Job(chain, silicon, Models.FullJob((byte)(i << 3), i));
                chain.RunTo(chain.Now + TimeSpan.FromSeconds(1));
            }

            var searched = chain.Searched();
            return searched.RepeatedHashes / searched.Hashes;
        }
    }

    [Fact]
    public void PastTheLastVersionAChipHashesTheFirstAgainAndTheWatcherSeesIt()
    {
        const double epoch = 8192 * (49_800 * 80e-9 + 4e-6);
        var chain = new ChipBench("bm1362", Chips, PerDomain, zeroBits: 1);
        BringUp(chain);
        chain.Watcher = new SearchSpace();
        Models.Job(chain, silicon, Models.FullJob(0x18, 1));
        chain.RunTo(chain.Now + TimeSpan.FromSeconds(epoch - 1));
        Assert.Equal(0, chain.Searched().RepeatedHashes);

        // 520 units sweep, 514 of which there are.
        var rate = chain.HashRate * 520 / 514;
        Assert.InRange(chain.Searched().Hashes, (epoch - 1.01) * rate, (epoch - 0.99) * rate);

        chain.RunTo(chain.Now + TimeSpan.FromSeconds(11));
        Assert.InRange(chain.Searched().RepeatedHashes, 9.9 * rate, 10.1 * rate);
        Assert.Contains("chip 0", chain.Searched().FirstRepeat, StringComparison.Ordinal);
    }

    [Fact]
    public void FramesArriveTwiceCutOffUnaskedUnderAnotherIdOrTooLateAsSet()
    {
        BringUp();
        bench.Faults.RepeatedFrameRate = 1;
        Assert.Equal(2, Answer(0x00).Count);
        bench.Faults.RepeatedFrameRate = 0;

        bench.Faults.TruncatedFrameRate = 1;
        Models.Read(bench, silicon, 0, 0x00);
        bench.RunTo(bench.Now + TimeSpan.FromMilliseconds(50));
        Assert.InRange(bench.Available, 1, 10);
        bench.DiscardInput();
        bench.Faults.TruncatedFrameRate = 0;

        bench.Faults.UnaskedReplyRate = 1;
        bench.Faults.WrongJobIdRate = 1;
        Models.Job(bench, silicon, Models.FullJob(0x08, 1));
        var heard = Models.Listen(bench, silicon, TimeSpan.FromSeconds(10)).Select(one => one.Frame).ToList();
        var results = heard.Where(frame => (frame[^1] & 0x80) != 0).ToList();
        Assert.True(results.Count > 3);
        Assert.Equal(results.Count, heard.Count - results.Count);
        Assert.All(results, frame => Assert.Equal(0x48, frame[7] & 0xF8));
    }

    [Fact]
    public void AStaleResultComesWithinTwentyMillisecondsOfTheNextJob()
    {
        var single = new ChipBench("bm1370", zeroBits: 8);
        Models.BringUp(single, Silicon.Bm1370, 0xC0, 0x40A8_0230, 800_000);
        single.Faults.StaleResults = true;
        Models.Job(single, Silicon.Bm1370, Models.FullJob(0x08, 1));
        Models.Listen(single, Silicon.Bm1370, TimeSpan.FromSeconds(1));
        Models.Job(single, Silicon.Bm1370, Models.FullJob(0x10, 2));

        var stale = Models.Listen(single, Silicon.Bm1370, TimeSpan.FromMilliseconds(20))
            .Select(one => one.Frame[7] >> 4);

        Assert.Contains(1, stale);
    }

    private static TimeSpan Milliseconds(double time) => TimeSpan.FromMilliseconds(time);

    private void BringUp() => BringUp(bench);

    /// <summary>Slices of 2^21 counts at 525 MHz, less a guard; one result in 8.</summary>
    private void BringUp(ChipBench chain) =>
        Models.BringUp(chain, silicon, 0xE0, 0x40A8_0230, counting: 49_800, Chips);

    private List<byte[]> Answer(byte register)
    {
        Models.Read(bench, silicon, 0, register);
        return Models.Listen(bench, silicon, TimeSpan.FromMilliseconds(50)).Select(one => one.Frame).ToList();
    }

    /// <summary>Which chips answer at their own address.</summary>
    private List<int> Answering()
    {
        var answering = new List<int>();
        for (var chip = 0; chip < Chips; chip++)
        {
            Models.Read(bench, silicon, (byte)(chip * 16), 0x00);
            var heard = Models.Listen(bench, silicon, TimeSpan.FromMilliseconds(3));
            if (heard.Exists(one => (one.Frame[^1] & 0x80) == 0 && one.Frame[6] == chip * 16 && one.Frame[7] == 0))
            {
                answering.Add(chip);
            }
        }

        return answering;
    }

    /// <summary>Which chips' slices results come from.</summary>
    private List<int> Finding()
    {
        Models.Job(bench, silicon, Models.FullJob(0x18, 7));
        return Models.Listen(bench, silicon, TimeSpan.FromSeconds(5))
            .Where(one => (one.Frame[^1] & 0x80) != 0)
            .Select(one => ((one.Frame[2] << 8 | one.Frame[3]) >> 5) & 0xF)
            .Distinct().Order().ToList();
    }
}
