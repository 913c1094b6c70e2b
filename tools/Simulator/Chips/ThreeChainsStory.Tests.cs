using Drivers.Hashing.Bm13xx;
using Firmware.Mining;

namespace Simulator.Chips;

/// <summary>Three boards of 126 chips in one process, and what goes wrong on them, on the simulated clock.</summary>
public class ThreeChainsStory
{
    private const double CoreMax = 0.03;
    private const double ResultsPerSecond = 371;
    private const string Domain = "domain 5 (chips 15 to 17) set up anew";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The target of the whole process is that part of a core at 400 results a second; these are its steps, in code
    /// that is compiled as it runs, without the kernel's part. The bench measures the process, with such chips, too.
    /// </summary>
    [Fact]
    public void WithDeadChipsAndABrownOutOnEachTheyMineOnForAFewHundredthsOfACore()
    {
        var config = new Bm13xxConfig(ChipModel.Bm1362, 126, 3_125_000, new TicketMask(6), ZeroBits: 1)
        {
            ChipsPerDomain = 3,
        };
        MinedChain[] chains = [.. Enumerable.Range(1, 3).Select(seed => new MinedChain(config, 525, seed: seed))];
        foreach (var chain in chains)
        {
            chain.Bench.Faults.DeadCores = ChipSet.Of(17, 90);
            chain.RunUntilHashing();
            chain.Run(Minute / 2);
            chain.Bench.Faults.BrownOut(domain: 5, TimeSpan.FromSeconds(2));
        }

        var (cost, results) = (Sum(chain => chain.Cost.TotalSeconds), Sum(chain => chain.Miner.Counters.Results));
        Array.ForEach(chains, chain => chain.Run(1.5 * Minute));

        Assert.InRange(Sum(chain => chain.Cost.TotalSeconds) - cost, 0, CoreMax * 90);
        results = Sum(chain => chain.Miner.Counters.Results) - results;
        Assert.InRange(results / 90, 0.95 * ResultsPerSecond * 124 / 126, 1.03 * ResultsPerSecond);
        Assert.All(chains, chain =>
        {
            Assert.Equal("chip 17, 90 silent", chain.Miner.Report.Health.Word);
            Assert.Contains(chain.Told, words => words.StartsWith(Domain, StringComparison.Ordinal));
            Assert.Equal((0, null), (chain.Miner.Report.Ladder.Resets, chain.Refused));
            Assert.Equal(0, chain.Miner.Counters[Verdict.HardwareError]);
        });

        double Sum(Func<MinedChain, double> of) => chains.Sum(of);
    }
}
