using Drivers.Hashing;

namespace TestPool;

public class PoolTargetTests
{
    [Theory] // SV2 reference 5.3
    [InlineData(120e12, "b8fc812f5743f1306cb913fc0f2d6b4182039ae41e0367490c3c000000000000")]
    [InlineData(234e12, "f6072a5b809abc21ae9bddbc1281bdec84ee77f5b3a55539cb1e000000000000")]
    [InlineData(1e12, "a1b2464e314fca7149a0b1727e2ae6b2db764c7a69734968c2251c0000000000")]
    public void AHashRateMakesTheReferencesTarget(double hashRate, string wire) =>
        Assert.Equal(UInt256.Read(Convert.FromHexString(wire)), PoolTarget.FromHashRate(hashRate, 6));

    [Fact]
    public void NoHashRateMakesTheEasiestTarget() => Assert.Equal(UInt256.Max, PoolTarget.FromHashRate(0, 6));

    [Fact]
    public void TheGenesisBitsMakeDifficultyOne() =>
        Assert.Equal(UInt256.Difficulty1, PoolTarget.FromBits(0x1D00_FFFF));

    [Theory]
    [InlineData(0u)]
    [InlineData(0x1D80_FFFFu)]
    [InlineData(0x1D00_0000u)]
    [InlineData(0x2300_FFFFu)]
    [InlineData(0xFF00_FFFFu)]
    public void BitsThatMakeNoTargetMakeZero(uint bits) => Assert.Equal(UInt256.Zero, PoolTarget.FromBits(bits));

    [Fact]
    public void TheHighestTargetFits() =>
        Assert.Equal(new UInt256(0, 0, 0, 0xFFFF_0000_0000_0000), PoolTarget.FromBits(0x2100_FFFF));

    [Theory] // SV2 reference 5.3
    [InlineData("0000000000000000000000000000000000000000000000000000ffff00000000", 1)]
    [InlineData("00000000000000000000000000000000000000000000000080ff7f0000000000", 512)]
    [InlineData("000000000000000000000000000000000000000000000000ffff000000000000", 65_536)]
    [InlineData("b8fc812f5743f1306cb913fc0f2d6b4182039ae41e0367490c3c000000000000", 279_392.5)]
    public void ATargetHasTheReferencesDifficulty(string wire, double difficulty) =>
        Assert.Equal(1, PoolTarget.Difficulty(UInt256.Read(Convert.FromHexString(wire))) / difficulty, 1e-6);
}
