using Drivers.Hashing;

namespace TestPool;

public class VardiffTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Vardiff vardiff = new(sharesPerMinute: 120, interval: Minute, start: TimeSpan.Zero);

    [Theory]
    [InlineData(120)]
    [InlineData(91)]
    [InlineData(149)]
    public void ARateNearTheWantedOneChangesNothing(int shares) => Assert.Null(TargetAfter(shares));

    [Theory]
    [InlineData(240, 0.5)]
    [InlineData(60, 2)]
    [InlineData(0, 4)]
    [InlineData(12_000, 0.25)]
    public void ATargetMovesAgainstTheRateAndAtMostByFour(int shares, double factor) =>
        Assert.Equal(Vardiff.Scale(UInt256.Difficulty1, factor), TargetAfter(shares));

    [Fact]
    public void NothingMovesBeforeTheIntervalIsOver() =>
        Assert.Null(vardiff.Step(UInt256.Difficulty1, 0.99 * Minute));

    [Fact]
    public void EachIntervalCountsItsOwnShares()
    {
        TargetAfter(240);

        Assert.Equal(Vardiff.Scale(UInt256.Difficulty1, 4), vardiff.Step(UInt256.Difficulty1, 2 * Minute));
    }

    [Fact]
    public void ScalingStaysBetweenOneAndTheHighestNumber()
    {
        Assert.Equal(UInt256.Max, Vardiff.Scale(UInt256.Max, 2));
        Assert.Equal(new UInt256(1, 0, 0, 0), Vardiff.Scale(new UInt256(1, 0, 0, 0), 0.25));
        Assert.Equal(new UInt256(0, 0, 0, 0x7FFF_8000), Vardiff.Scale(UInt256.Difficulty1, 0.5));
    }

    private UInt256? TargetAfter(int shares)
    {
        for (var i = 0; i < shares; i++)
        {
            vardiff.Accept();
        }

        return vardiff.Step(UInt256.Difficulty1, Minute);
    }
}
