namespace Drivers.Hashing.Bm13xx;

public class NonceSpaceTests
{
    private const uint FullMask = VersionRolling.HeaderMask;

    [Theory] // The reference's table (guard 268), computed there and checked against driver values.
    [InlineData(1, 525, 0xC2FB7, 261.7)]
    [InlineData(4, 600, 0x2A99E, 57.2)]
    public void CountAndEpochAreThoseOfTheTable(int chips, double megahertz, uint ticks, double seconds)
    {
        var pll = Pll.Solve(ChipModel.Bm1370, new Megahertz(megahertz));
        var number = NonceSpace.CountingNumber(ChipModel.Bm1370, chips, pll);

        Assert.Equal(ticks, number.Ticks);
        Assert.Equal(seconds, NonceSpace.Epoch(ChipModel.Bm1370, number, FullMask).TotalSeconds, tolerance: 0.05);
    }

    [Fact] // 22-bit windows of 687.2 s: a BM1366 at HCN FFFFF, observed to repeat after 687.24 s.
    public void TheEpochModelGivesTheObservedTime()
    {
        var bm1366 = ChipModel.Bm1370 with { SmallCores = 8 };

        var epoch = NonceSpace.Epoch(bm1366, new HashCountingNumber(0xFFFFF), FullMask);

        Assert.Equal(687.2, epoch.TotalSeconds, tolerance: 0.05);
    }

    [Fact]
    public void EachVersionBitLessHalvesTheEpochDownToOneCount()
    {
        var number = new HashCountingNumber(1_000_000); // 80 ms

        Assert.Equal(0.08 * 4096, NonceSpace.Epoch(ChipModel.Bm1370, number, FullMask).TotalSeconds, 1e-9);
        Assert.Equal(0.08 * 2048, NonceSpace.Epoch(ChipModel.Bm1370, number, 0x0FFF_E000).TotalSeconds, 1e-9);
        Assert.Equal(0.08, NonceSpace.Epoch(ChipModel.Bm1370, number, 0).TotalSeconds, 1e-9);
    }

    [Fact]
    public void AddressesAreDealtInPowersOfTwo()
    {
        Assert.Equal([0], Addresses(1));
        Assert.Equal([0, 32, 64, 96, 128, 160], Addresses(6));
        Assert.Equal(0xFA, Addresses(126)[^1]); // Captured: S19j Pro, step 2.
    }

    [Fact] // S21 Pro captures: counter start is address · 2^17, core in bits 31 to 25.
    public void TheWireNonceNamesChipAndCore()
    {
        Assert.Equal(0, NonceSpace.Chip(0x4C03_5275, chips: 1));
        Assert.Equal(0x26, NonceSpace.Core(0x4C03_5275));
        Assert.Equal(2, NonceSpace.Chip(64u << 17 | 0x1234, chips: 6));
        Assert.Equal(5, NonceSpace.Chip(255u << 17, chips: 6));
    }

    private static int[] Addresses(int chips) =>
        [.. Enumerable.Range(0, chips).Select(chip => (int)NonceSpace.Address(chip, chips))];
}
