using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>The driver brings every model up against chips that were built from the wire's facts alone.</summary>
public class EachModelDrivenTests
{
    [Theory]
    [InlineData("bm1387", 1, 115_200, 6, 100)]
    [InlineData("bm1387", 1, 1_562_500, 6, 100)]
    [InlineData("bm1397", 1, 3_125_000, 8, 400)]
    [InlineData("bm1362", 1, 3_125_000, 10, 525)]
    [InlineData("bm1366", 1, 1_041_667, 10, 485)]
    [InlineData("bm1368", 1, 1_041_667, 10, 490)]
    [InlineData("bm1370", 1, 1_041_667, 10, 525)]
    [InlineData("bm1373", 1, 3_000_000, 8, 327)]
    public void OneChipMinesWithoutAWrongOrRepeatedHash(
        string chip, int chips, int baud, int zeroBits, double megahertz)
    {
        var driven = new DrivenChain(chip, chips, baud: baud, megahertz: megahertz, zeroBits: zeroBits);
        driven.Start();
        driven.AssertRuns();
        driven.Mine(0.1); // A BM1387 still hashes the job of nothing that woke its cores.
        driven.Bench.Watcher = new SearchSpace();

        driven.Mine(10);

        Assert.Equal(0, driven.Wrong);
        Assert.True(driven.Found[0] > 20, $"{driven.Found[0]} results.");
        Assert.Null(driven.Bench.Searched().FirstRepeat);
        Assert.Equal(0, driven.Chain.Status.LeftAside.Unasked);
        var disbelieved = driven.Chain.Status.LeftAside.Disbelieved;
        Assert.InRange(driven.Bench.ResultsOnWire - driven.Found[0] - disbelieved, 0, 3); // On their way.
        var chipStatus = driven.Chain.Chip(0);
        Assert.True(chipStatus is { Answers: true, Fault: null }, chipStatus.ToString());
        // Two drivers give a BM1373 two numbers of hash units: ours is one of them, the simulated chip's the other.
        if (!driven.Config.Model.IsWeak)
        {
            Assert.InRange(driven.Bench.HashRate / driven.Expected, 0.98, 1.02);
        }
    }

    [Theory]
    [InlineData("bm1387", 12, 3, 1_562_500, 6, 100)]
    [InlineData("bm1397", 6, 1, 3_125_000, 8, 200)]
    [InlineData("bm1362", 12, 3, 3_125_000, 8, 200)]
    [InlineData("bm1366", 6, 1, 1_041_667, 8, 200)]
    [InlineData("bm1368", 6, 1, 1_041_667, 8, 200)]
    [InlineData("bm1370", 6, 1, 1_041_667, 8, 200)]
    [InlineData("bm1370", 50, 5, 3_125_000, 6, 200)]
    [InlineData("bm1362", 126, 3, 3_125_000, 5, 200)]
    public void EveryChipOfAChainFindsItsShareAndNoNonceIsHashedTwice(
        string chip, int chips, int perDomain, int baud, int zeroBits, double megahertz)
    {
        var driven = new DrivenChain(chip, chips, perDomain, baud, megahertz, zeroBits);
        driven.Start(90);
        driven.AssertRuns();
        driven.Mine(0.1); // A BM1387 still hashes the job of nothing that woke its cores.
        driven.Bench.Watcher = new SearchSpace();

        driven.Mine(10);

        Assert.Equal(0, driven.Wrong);
        var mean = driven.Found.Average();
        var spread = 6 * Math.Sqrt(mean);
        Assert.All(driven.Found, found => Assert.InRange(found, mean - spread, mean + spread));
        Assert.Null(driven.Bench.Searched().FirstRepeat);
        Assert.InRange(driven.Bench.HashRate / driven.Expected, 0.98, 1.02);
        Assert.All(
            Enumerable.Range(0, chips), at => Assert.True(driven.Chain.Chip(at) is { Answers: true, Fault: null }));
        Assert.Equal(0, driven.Chain.Status.LeftAside.Unasked);
    }
}
