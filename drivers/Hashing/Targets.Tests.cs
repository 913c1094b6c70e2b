using System.Numerics;
using CsCheck;

namespace Drivers.Hashing;

public class TargetsTests
{
    [Theory] // Bitcoin: the genesis block, block 839900, regtest, and the edges of the compact form.
    [InlineData(0x1D00FFFF, "00000000ffff0000000000000000000000000000000000000000000000000000")]
    [InlineData(0x17034219, "0000000000000000000342190000000000000000000000000000000000000000")]
    [InlineData(0x207FFFFF, "7fffff0000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0x03123456, "0000000000000000000000000000000000000000000000000000000000123456")]
    [InlineData(0x02123456, "0000000000000000000000000000000000000000000000000000000000001234")]
    [InlineData(0x01123456, "0000000000000000000000000000000000000000000000000000000000000012")]
    public void CompactTargetsUnfold(uint nBits, string target) =>
        Assert.Equal(target, Targets.FromNBits(nBits).ToString());

    [Theory]
    [InlineData(0x04923456)] // The sign bit.
    [InlineData(0x00000000)]
    [InlineData(0x21010000)] // 2^256
    [InlineData(0xFF123456)]
    public void NBitsThatMakeNoTargetAreMetByNoHash(uint nBits) =>
        Assert.Equal(UInt256.Zero, Targets.FromNBits(nBits));

    [Fact]
    public void TheTargetOfDifficulty1IsBitcoins()
    {
        Assert.Equal(UInt256.Difficulty1, Targets.FromNBits(0x1D00FFFF));
        Assert.Equal(UInt256.Difficulty1, Targets.FromDifficulty(1));
        Assert.Equal(1, Targets.Difficulty(UInt256.Difficulty1));
    }

    [Fact]
    public void ZeroBitsStandInFront()
    {
        Assert.Equal(
            "0000000000ffffffffffffffffffffffffffffffffffffffffffffffffffffff", Targets.FromZeroBits(40).ToString());
        Assert.Equal(UInt256.Max, Targets.FromZeroBits(0));
        Assert.Equal(UInt256.Zero, Targets.FromZeroBits(256));
    }

    [Fact]
    public void DifficultyAndTargetAreInverse() =>
        Gen.Double[1e-6, 1e20].Sample(difficulty =>
            Math.Abs(Targets.Difficulty(Targets.FromDifficulty(difficulty)) / difficulty - 1) < 1e-3);

    [Fact]
    public void TinyDifficultiesEndAtTheEasiestTarget() =>
        Assert.Equal(UInt256.Max, Targets.FromDifficulty(1e-300));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void NonsenseIsNoDifficulty(double difficulty) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Targets.FromDifficulty(difficulty));

    [Fact]
    public void AHashRateFindsTheSharesItWasAimedAt()
    {
        var target = Targets.FromHashRate(1.07e12, sharesPerMinute: 6);

        Assert.Equal(1.07e13, Targets.ExpectedHashes(target), tolerance: 1e6);
        Assert.Equal(UInt256.Max, Targets.FromHashRate(0, sharesPerMinute: 6));
    }

    [Fact]
    public void TheFormulaIsTheReferenceImplementations() // x = 10: (2^256 − 1 − 10) ÷ 11
        => Assert.Equal(
            ((BigInteger.One << 256) - 11) / 11,
            Targets.FromHashRate(hashesPerSecond: 1, sharesPerMinute: 6).ToBigInteger());
}
