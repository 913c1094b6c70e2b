namespace Drivers.Hashing.Bm13xx;

public class NonceSpaceTests
{
    private const uint FullMask = VersionRolling.HeaderMask;

    [Theory] // The reference's table, with the guard of each row; computed there and checked against driver values.
    [InlineData("bm1366", 1, 485, 0, 0xD3224, 566.8)]
    [InlineData("bm1366", 6, 485, 0, 0x1A644, 70.8)]
    [InlineData("bm1368", 1, 490, 0, 0xD0FAC, 280.5)]
    [InlineData("bm1370", 1, 525, 268, 0xC2FB7, 261.7)]
    [InlineData("bm1370", 4, 600, 268, 0x2A99E, 57.2)]
    [InlineData("bm1362", 126, 525, 0, 0x1861, 4.09)]
    public void CountAndEpochAreThoseOfTheTable(
        string name, int chips, double megahertz, uint guard, uint ticks, double seconds)
    {
        var model = ChipModel.Find(name)! with { CountingGuard = guard };
        var pll = Pll.Solve(model, new Megahertz(megahertz));
        var number = NonceSpace.CountingNumber(model, chips, pll);

        Assert.Equal(ticks, number.Ticks);
        Assert.Equal(seconds, Epoch(model, number, FullMask), tolerance: 0.05);
    }

    [Fact] // No neighbour is walked into: silicon overruns by up to 130 ticks of 25 MHz (measured, BM1366).
    public void EveryModelKeepsAGuard() => Assert.All(
        ChipModel.All.Where(model => model.Counts), model => Assert.True(model.CountingGuard > 130 / 2));

    [Fact] // Where computed counts made chips overlap, the factory's constant is the limit.
    public void ABm1373NeverCountsFurtherThanTheFactoryLets() =>
        Assert.Equal(0x1EB5u, Number(ChipModel.Bm1373, 1, 327).Ticks);

    [Fact] // 22-bit windows of 687.2 s: a BM1366 at HCN FFFFF, observed to repeat after 687.24 s.
    public void TheEpochModelGivesTheObservedTime() =>
        Assert.Equal(687.2, Epoch(ChipModel.Bm1366, new HashCountingNumber(0xFFFFF), FullMask), tolerance: 0.05);

    [Theory] // Factory constants and the epochs that follow from them.
    [InlineData("bm1368", 0x15A4, 1.82)]
    [InlineData("bm1370", 0x1EB5, 2.58)]
    [InlineData("bm1366", 0x115A, 2.91)]
    [InlineData("bm1362", 0x1381, 3.27)]
    [InlineData("bm1366", 0x151C, 3.54)]
    [InlineData("bm1370", 0x1A44, 2.20)]
    public void FactoryConstantsHaveTheirEpochs(string name, uint ticks, double seconds) =>
        Assert.Equal(seconds, Epoch(ChipModel.Find(name)!, new HashCountingNumber(ticks), FullMask), tolerance: 0.006);

    [Theory] // ESP-Miner's tests, without the part that it keeps in reserve.
    [InlineData(0x0000_6000, 1, 37.283)]
    [InlineData(0x0000_0000, 1, 9.321)]
    [InlineData(0x0000_2000, 1, 9.321)] // Two midstates are no format of a BM1397: one it is.
    [InlineData(0x0000_6000, 3, 9.321)]
    public void ABm1397IsThroughItsNoncesInTheTimeOfTheReference(uint mask, int chips, double milliseconds)
    {
        var pll = Pll.Solve(ChipModel.Bm1397, new Megahertz(450));
        var pass = NonceSpace.Pass(ChipModel.Bm1397, chips, pll, default);

        Assert.Equal(milliseconds, NonceSpace.Epoch(ChipModel.Bm1397, pass, mask).TotalMilliseconds, tolerance: 0.01);
    }

    [Theory] // bosminer: midstates · 2^19 ÷ f, however many chips there are.
    [InlineData(0x0000_6000, 63, 3.226)]
    [InlineData(0x0000_2000, 63, 1.613)]
    [InlineData(0x0000_0000, 1, 0.8066)]
    public void ABm1387IsThroughItsNoncesInTheTimeOfItsDriver(uint mask, int chips, double milliseconds)
    {
        var pll = Pll.Solve(ChipModel.Bm1387, new Megahertz(650));
        var pass = NonceSpace.Pass(ChipModel.Bm1387, chips, pll, default);

        Assert.Equal(milliseconds, NonceSpace.Epoch(ChipModel.Bm1387, pass, mask).TotalMilliseconds, tolerance: 0.001);
    }

    [Fact]
    public void EachVersionBitLessHalvesTheEpochDownToOneCount()
    {
        var number = new HashCountingNumber(1_000_000); // 80 ms

        Assert.Equal(0.08 * 4096, Epoch(ChipModel.Bm1370, number, FullMask), 1e-9);
        Assert.Equal(0.08 * 2048, Epoch(ChipModel.Bm1370, number, 0x0FFF_E000), 1e-9);
        Assert.Equal(0.08, Epoch(ChipModel.Bm1370, number, 0), 1e-9);
    }

    [Theory] // Small cores that have no version of their own find what their neighbours find.
    [InlineData("bm1370", 0x1FFF_E000, 1)]
    [InlineData("bm1370", 0x0001_E000, 1)]
    [InlineData("bm1370", 0x0000_6000, 0.25)]
    [InlineData("bm1370", 0x0000_0000, 0.0625)]
    [InlineData("bm1366", 0x0000_0000, 0.125)]
    [InlineData("bm1397", 0x0000_0000, 1)]
    public void FewerVersionsThanSmallCoresLeaveSomeWithNothingNew(string name, uint mask, double share) =>
        Assert.Equal(share, NonceSpace.NewShare(ChipModel.Find(name)!, mask));

    [Fact]
    public void AddressesAreDealtInPowersOfTwo()
    {
        Assert.Equal([0], Addresses(ChipModel.Bm1370, 1));
        Assert.Equal([0, 32, 64, 96, 128, 160], Addresses(ChipModel.Bm1370, 6));
        Assert.Equal(0xFA, Addresses(ChipModel.Bm1362, 126)[^1]); // Captured: S19j Pro, step 2.
        Assert.Equal(0x80, Addresses(ChipModel.Bm1370, 65)[^1]); // Captured: S21 Pro, step 2.
        Assert.Equal([0, 4, 8], Addresses(ChipModel.Bm1387, 3)); // S9: always 4.
    }

    [Fact] // S21 Pro captures: counter start is address · 2^17, core in bits 31 to 25.
    public void TheWireNonceNamesChipAndCore()
    {
        Assert.Equal(0, NonceSpace.Chip(ChipModel.Bm1370, 0x4C03_5275, chips: 1));
        Assert.Equal(0x26, NonceSpace.Core(ChipModel.Bm1370, 0x4C03_5275));
        Assert.Equal(2, NonceSpace.Chip(ChipModel.Bm1370, 64u << 17 | 0x1234, chips: 6));
        Assert.Equal(5, NonceSpace.Chip(ChipModel.Bm1370, 255u << 17, chips: 6));
    }

    [Fact] // Captured on a long chain: core 0x36, chip address 0xDC.
    public void TheCapturedBm1362NonceNamesItsChip()
    {
        Assert.Equal(0xDC / 2, NonceSpace.Chip(ChipModel.Bm1362, 0x6DB8_8EE1, chips: 126));
        Assert.Equal(0x36, NonceSpace.Core(ChipModel.Bm1362, 0x6DB8_8EE1));
    }

    [Theory] // The reference's six checks against bosminer; numbers as a header has them.
    [InlineData(0x2A10_5D5D, 23, 42)]
    [InlineData(0xD257_38D3, 52, 82)]
    [InlineData(0x4726_8D19, 6, 71)]
    [InlineData(0xA5E0_9223, 8, 37)]
    [InlineData(0xD57C_1CE4, 57, 85)]
    [InlineData(0x40E5_5650, 20, 64)]
    public void ABm1387NonceNamesChipAndCore(uint nonce, int chip, int core)
    {
        var wire = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(nonce);

        Assert.Equal(chip, NonceSpace.Chip(ChipModel.Bm1387, wire, chips: 63));
        Assert.Equal(core, NonceSpace.Core(ChipModel.Bm1387, wire));
    }

    private static HashCountingNumber Number(ChipModel model, int chips, double megahertz) =>
        NonceSpace.CountingNumber(model, chips, Pll.Solve(model, new Megahertz(megahertz)));

    private static double Epoch(ChipModel model, HashCountingNumber number, uint mask) =>
        NonceSpace.Epoch(model, NonceSpace.Pass(model, 1, new PllDivider(1, 1, 1, 1), number), mask).TotalSeconds;

    private static int[] Addresses(ChipModel model, int chips) =>
        [.. Enumerable.Range(0, chips).Select(chip => (int)NonceSpace.Address(model, chip, chips))];
}
