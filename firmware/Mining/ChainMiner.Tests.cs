using Drivers.Buses;

namespace Firmware.Mining;

/// <summary>Chips that find less than they should, on a simulated clock: who is blamed, and what it costs.</summary>
public class ChainMinerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AHealthyChainOf126IsLeftAloneForAnHour(int seed)
    {
        var bench = new MinerBench(chips: 126, resultsPerSecond: 32, chipsPerDomain: 3, seed);
        bench.Run(60 * Minute);

        Assert.Empty(bench.Remedies);
        Assert.Null(bench.Miner.Report.Health.Word);
        Assert.InRange(bench.Miner.Counters.Results, 32 * 3600 * 0.98, 32 * 3600 * 1.02);
        Assert.Equal(0, bench.Miner.Counters[Verdict.HardwareError]);
        Assert.Equal(default, bench.Miner.Report.Ladder);
    }

    [Fact]
    public void DeadChipsAreNamedAndTheOthersMineOn()
    {
        var bench = new MinerBench(chips: 126, resultsPerSecond: 32, chipsPerDomain: 3);
        bench.Dead.UnionWith([17, 90]);
        bench.RunUntil(() => bench.Miner.Report.Health.Word == "chip 17, 90 silent", 6 * Minute);
        var before = bench.Miner.Counters.Results;
        bench.Run(3 * Minute);

        Assert.InRange(bench.Miner.Counters.Results - before, 32 * 180 * 0.9, 32 * 180 * 1.1);
        Assert.Equal(new LadderCounts(0, 2, 0, 0, 0), bench.Miner.Report.Ladder);
        Assert.Equal([(17, 1), (90, 1)], bench.Chain.Rejoined.Order());
        Assert.Null(bench.Miner.Report.Fault);
    }

    [Fact]
    public void AChipThatWasLeftOutIsTriedAgainAndWelcomedBack()
    {
        var bench = new MinerBench(chips: 12, resultsPerSecond: 6);
        bench.Dead.Add(5);
        bench.RunUntil(() => bench.Miner.Report.Health.Word == "chip 5 silent", 6 * Minute);
        bench.RunUntil(() => bench.Chain.Rejoined.Count == 2, 11 * Minute);
        bench.Dead.Clear();
        bench.RunUntil(() => bench.Miner.Report.Health.Word is null, Minute);

        Assert.Equal(ChipHealth.Well, bench.Miner.Report.Health.Chips[5].Health);
    }

    [Fact]
    public void ADomainThatBrownsOutIsSetUpAnewAsOne()
    {
        var bench = new MinerBench(chips: 126, resultsPerSecond: 32, chipsPerDomain: 3);
        bench.Run(3 * Minute);
        bench.Dead.UnionWith([15, 16, 17]);
        bench.Chain.WhenRejoined = (first, count) => bench.Dead.ExceptWith(Enumerable.Range(first, count));
        bench.RunUntil(() => bench.Miner.Report.Health.Word == "domain 5 in doubt", 2 * Minute);
        bench.RunUntil(() => bench.Miner.Report.Health.Word is null, 2 * Minute);

        Assert.Equal([(15, 3)], bench.Chain.Rejoined);
        Assert.Contains("domain 5 (chips 15 to 17)", Assert.Single(bench.Remedies), StringComparison.Ordinal);
    }

    [Fact]
    public void AWedgedChipIsFoundInSecondsAndCostsTheOthersNothing()
    {
        var bench = new MinerBench(chips: 12, resultsPerSecond: 6);
        bench.Wedged.Add(3);
        bench.RunUntil(() => bench.Miner.Report.Health.Word == "chip 3 wrong", Minute);

        Assert.Equal([(3, 1)], bench.Chain.Rejoined);
        Assert.Equal(0, bench.Miner.Report.Ladder.Resets);
        Assert.Null(bench.Miner.Report.Fault);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(126, 32)]
    [InlineData(1, 0.2)]
    public void AChainThatFindsNothingClimbsEveryRungAndEndsCold(int chips, double resultsPerSecond)
    {
        var bench = new MinerBench(chips, resultsPerSecond);
        bench.Dead.UnionWith(Enumerable.Range(0, chips));
        bench.RunUntil(() => bench.Miner.Report.Phase == BoardPhase.Failed, 30 * Minute);
        var powered = bench.Powered;
        bench.Run(10 * Minute);

        Assert.Equal(new LadderCounts(1, 1, 1, 1, 1), bench.Miner.Report.Ladder);
        Assert.Equal(powered, bench.Powered); // Never full power without results.
        Assert.Contains("found nothing", bench.Miner.Report.Fault, StringComparison.Ordinal);

        // Five proofs of silence at its rate, or of ten seconds each; and a second or two of bring-up after each reset.
        Assert.InRange(powered.TotalSeconds, 50, 20 + 5 * Math.Max(10, Math.Log(1e6) / resultsPerSecond));
    }

    [Fact]
    public void OneChipThatIsWedgedClimbsToo()
    {
        var bench = new MinerBench(chips: 1, resultsPerSecond: 4);
        bench.Wedged.Add(0);
        bench.RunUntil(() => bench.Miner.Report.Phase == BoardPhase.Failed, 5 * Minute);

        Assert.Equal(new LadderCounts(1, 1, 1, 1, 1), bench.Miner.Report.Ladder);
        Assert.Contains("wrong", bench.Miner.Report.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void OneResultEndsTheClimb()
    {
        var bench = new MinerBench(chips: 1, resultsPerSecond: 4);
        for (var i = 1; i <= 3; i++)
        {
            bench.Dead.Add(0);
            bench.RunUntil(() => bench.Miner.Report.Ladder.NextWorks == i, Minute);
            bench.Dead.Clear();
            bench.Run(Minute);
        }

        Assert.Equal(new LadderCounts(3, 0, 0, 0, 0), bench.Miner.Report.Ladder);
    }

    [Fact]
    public void ChipsThatHaveNothingLeftToHashAreStarvedAndNotSilent()
    {
        var bench = new MinerBench(chips: 1, resultsPerSecond: 4);
        bench.Chain.JobLifetime = TimeSpan.FromMilliseconds(10); // And one header a second, without a version bit.
        bench.GiveJob(versionMask: 0);
        bench.Dead.Add(0);
        bench.Run(4 * Minute); // Three seconds of hashing: twelve results may well be missing.

        Assert.Empty(bench.Remedies);
        Assert.Null(bench.Miner.Report.Fault);
        Assert.InRange(bench.Miner.Report.Starved.TotalSeconds, 230, 240);
    }

    [Fact]
    public void WhatCountersAndResultsSayIsHeldAgainstEachOther()
    {
        var bench = new MinerBench(chips: 2, resultsPerSecond: 8);
        bench.Chain.Counted = chip => (chip == 0 ? 4 : 8) * 16; // Hashes per second: one result is sixteen of them.
        bench.Run(10 * Minute);

        var chips = bench.Miner.Report.Health.Chips;
        Assert.Equal([false, true], chips.Select(chip => chip.Figures.Disagrees));
        Assert.StartsWith("Chip 1 counts", bench.Miner.Report.Health.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void EachChipHasItsAccount()
    {
        var bench = new MinerBench(chips: 3, resultsPerSecond: 6);
        bench.Wedged.Add(2);
        bench.Run(10 * Minute);

        var chips = bench.Miner.Report.Health.Chips;
        var sum = chips.Sum(chip => chip.Figures.Results); // Told once a second.
        Assert.InRange(bench.Miner.Counters.Results - sum, 0, 20);
        Assert.All(chips[..2], chip =>
        {
            Assert.InRange(chip.Figures.HashRate, 2 * 16 * 0.75, 2 * 16 * 1.25);
            Assert.InRange((bench.Now - chip.Figures.SeenAt!.Value).TotalSeconds, 0, 20);
            Assert.Equal(0, chip.Figures.HardwareErrors);
        });
        Assert.InRange(chips[2].Figures.HardwareErrors, 11_000, 12_001);
        Assert.Null(chips[2].Figures.SeenAt);
        Assert.Equal(new PortErrors(3, 4), bench.Miner.Report.PortErrors);
    }

    [Fact]
    public void WhatTheDriverSaysOfItsChipsIsTold()
    {
        var chain = new EasyChain { Chips = 6 };
        chain.FaultOf = chip => chip is 2 or 3 ? $"chip {chip} does not lock." : null;
        var health = new ChainHealth(chain, hashesPerResult: 16);
        health.Start(TimeSpan.Zero);
        health.Tell(TimeSpan.FromSeconds(1));

        Assert.Equal("chip 2 does not lock. And 1 more.", health.Report.Note);
    }

    [Fact]
    public void AccountsAllocateNothing()
    {
        var book = new ChipBook(hashesPerResult: 16, cores: 65);
        var liveness = new Liveness(chipsPerDomain: 3);
        book.Begin(126, TimeSpan.Zero);
        liveness.Start(126, TimeSpan.Zero);
        var rates = new double[126];
        Array.Fill(rates, 0.25);
        liveness.Step(rates, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            var now = TimeSpan.FromMilliseconds(i);
            var verdict = (Verdict)(i % ((int)Verdict.Block + 1));
            book.Count(i % 127, i % 65, verdict, now); // One of them is no chip of this chain.
            liveness.Saw(i % 127, verdict, now);
            liveness.Step(rates, TimeSpan.Zero, now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
