using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Simulator.Chips;

/// <summary>
/// The product's driver on simulated silicon of each model, in simulated time. Driver and silicon were written apart,
/// each from the reference: what they agree on here is what both of them read in it.
/// </summary>
public class DriverMeetsChipsTests
{
    private const int ZeroBits = 7;
    private const uint Rolled = 0x1FFF_E000;
    private const double Seconds = 20;

    [Theory]
    [InlineData("bm1387", 1, 650, 1_500_000, 0)]
    [InlineData("bm1397", 1, 425, 3_000_000, 2)]
    [InlineData("bm1397", 4, 425, 3_000_000, 4)]
    [InlineData("bm1362", 1, 525, 1_000_000, 2)]
    [InlineData("bm1366", 1, 485, 1_000_000, 2)]
    [InlineData("bm1366", 6, 485, 1_000_000, 4)]
    [InlineData("bm1368", 1, 490, 1_000_000, 2)]
    [InlineData("bm1370", 1, 525, 1_000_000, 4)]
    [InlineData("bm1370", 4, 525, 1_000_000, 4)]
    [InlineData("bm1373", 1, 325, 3_000_000, 4)]
    public void EveryClaimIsTrueNothingIsHashedTwiceAndTheRateIsTheOneThatTheDriverSays(
        string chip, int chips, double megahertz, int baud, int ticketBits)
    {
        using var bench = new ChipBench(chip, chips, zeroBits: ZeroBits);
        var chain = BringUp(bench, chip, chips, megahertz, baud, ticketBits);
        bench.Watcher = new SearchSpace();

        var claims = Mine(bench, chain);

        Assert.All(claims, claim => Assert.Equal(0ul, claim.Hash().High >> (64 - ZeroBits - ticketBits)));
        Assert.Equal(claims.Count, claims.Distinct().Count());
        Assert.True(bench.Searched().RepeatedHashes == 0, bench.Searched().FirstRepeat);
        Assert.Equal((0, 0), (chain.Status.CrcErrors, chain.Status.SkippedBytes));

        // The silicon's own rate; what midstate chips wait for the next job, a fifth of their time, is in the bounds.
        var expected = chain.Status.HashRate * Seconds / Math.Pow(2, ZeroBits + ticketBits);
        var spread = 5 * Math.Sqrt(expected);
        Assert.InRange(claims.Count, 0.7 * expected - spread, expected + spread);
        Assert.InRange(chain.Status.HashRate * Math.Pow(2, 32 - ZeroBits) / bench.HashRate, 0.999, 1.001);
    }

    [Fact]
    public void AChainOf126ComesUpAndItsDriverNamesWhichChipFoundWhat()
    {
        using var bench = new ChipBench("bm1362", 126, perDomain: 3, zeroBits: 3);
        bench.Faults.DeadCores = ChipSet.Of(17, 90);
        var chain = BringUp(bench, "bm1362", 126, 525, 3_125_000, 4);
        var found = new int[126];

        bench.Give(chain, 0, WorkOf(0, chain));
        bench.Drive(chain, TimeSpan.FromSeconds(3), claim => found[claim.Chip]++);

        // 33.9 TH/s is 494 results a second: each chip has 12 in expectation, and none by a chance of 1 in 130,000.
        Assert.Equal([17, 90], Enumerable.Range(0, 126).Where(place => found[place] == 0));
    }

    private static Bm13xxChain BringUp(
        ChipBench bench, string chip, int chips, double megahertz, int baud, int ticketBits)
    {
        var chain = new Bm13xxChain(new Bm13xxConfig(
            ChipModel.Find(chip)!, chips, baud, new TicketMask(ticketBits), bench.ZeroBits)
        {
            ChipsPerDomain = bench.PerDomain,
        })
        {
            WantedClock = new Megahertz(megahertz),
        };
        var began = bench.Now;
        chain.Start(bench.Now);
        while (chain.Status.State is not (ChainState.Running or ChainState.Failed))
        {
            bench.Drive(chain, TimeSpan.FromSeconds(0.1));
            Assert.True(bench.Now - began < TimeSpan.FromSeconds(30), chain.Status.ToString());
        }

        Assert.True(chain.Status.State == ChainState.Running, chain.Status.ToString());
        while (chain.Status.Clock != chain.WantedClock && bench.Now - began < TimeSpan.FromSeconds(60))
        {
            bench.Drive(chain, TimeSpan.FromSeconds(0.1));
        }

        return chain;
    }

    /// <summary>New work in good time for so long; every claim as the header that it stands for.</summary>
    private static List<BlockHeader> Mine(ChipBench bench, Bm13xxChain chain)
    {
        var given = new Work[chain.Slots];
        var claims = new List<BlockHeader>();
        var pace = chain.JobLifetime * 0.8;
        pace = pace < TimeSpan.FromSeconds(1) ? pace : TimeSpan.FromSeconds(1);
        var ends = bench.Now + TimeSpan.FromSeconds(Seconds);
        for (var i = 0u; bench.Now < ends; i++)
        {
            var work = WorkOf(i, chain);
            var slot = (int)(i % (uint)chain.Slots);
            given[slot] = work;
            bench.Give(chain, slot, work);
            bench.Drive(chain, pace, claim => claims.Add(HeaderOf(given[claim.Slot], claim)));
        }

        return claims;
    }

    private static Work WorkOf(uint number, Bm13xxChain chain) => new(
        new BlockHeader { Version = 0x2000_0000, NTime = number, NBits = 0x1702_3A04 },
        Rolled & ((1u << (13 + chain.RolledBits)) - 1));

    private static BlockHeader HeaderOf(in Work work, in FoundNonce claim) => work.Header with
    {
        Nonce = claim.Nonce,
        Version = work.Header.Version & ~work.VersionMask | claim.VersionBits,
    };
}
