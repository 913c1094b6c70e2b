using Drivers;
using Firmware.Mining;

namespace Firmware.Inspection;

public class JudgementsTests
{
    [Theory] // Told 1.150 V; 5 % of it are 57.5 mV.
    [InlineData(true, 1.150, 1.150, 1.150)]
    [InlineData(true, 1.100, 1.150, 1.200)]
    [InlineData(false, 1.090, 1.150, 1.150)]
    [InlineData(false, 1.150, 1.210, 1.150)]
    [InlineData(false, 0.000, 1.150, 1.150)]
    public void ARailIsGoodWhereEveryReadingIsNearEnough(bool good, params double[] volts)
    {
        var rail = new RailAccuracy(new Volts(1.15));
        Array.ForEach(volts, value => rail.Saw(value));

        Assert.Equal(good, rail.IsGood);
    }

    [Fact]
    public void ReadingsThatNeverCameProveNothing()
    {
        var rail = new RailAccuracy(new Volts(1.15));
        rail.Saw(1.15);
        rail.Saw(1.15);
        rail.Saw(null);
        rail.Saw(null);

        Assert.False(rail.IsGood);
        Assert.Contains("2 readings", rail.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, 30, 0, true)]
    [InlineData(30, 15, 0, true)]
    [InlineData(30, 14, 0, false)] // Half of what healthy chips find.
    [InlineData(30, 0, 0, false)]
    [InlineData(30, 30, 2, false)] // More than a twentieth wrong.
    [InlineData(29, 29, 0, false)] // Not long enough to tell.
    public void ChipsPassThatFindHalfOfWhatTheyShouldAndNextToNothingWrong(
        int expected, int found, int wrong, bool passes)
    {
        const int zeroBits = 40;
        var test = new NonceTest(zeroBits, At(0));
        var counters = new ChainCounters();
        Count(counters, Verdict.Share, found);
        Count(counters, Verdict.HardwareError, wrong);
        _ = test.IsEnough(Math.ScaleB(1, zeroBits), counters, At(expected)); // One result a second.

        Assert.Equal(passes, test.Passes(counters));
    }

    [Fact]
    public void UnluckyChipsGetAsMuchTimeAgain()
    {
        var test = new NonceTest(zeroBits: 40, At(0));
        var counters = new ChainCounters();

        Assert.False(test.IsEnough(Math.ScaleB(1, 40), counters, At(31)));
        Assert.True(test.IsEnough(Math.ScaleB(1, 40), counters, At(61)));
        Assert.False(test.Passes(counters));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Count(ChainCounters counters, Verdict verdict, int times)
    {
        for (var i = 0; i < times; i++)
        {
            counters.Count(verdict);
        }
    }
}
