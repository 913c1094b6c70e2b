namespace Firmware.Pool;

/// <summary>SV2 reference §4.9: more than 10 % away for 60 s, at most once a second.</summary>
public class RateWatchTests
{
    private const double Nominal = 1e12;

    private readonly RateWatch watch = new(Nominal);

    [Theory] // A steady rate, and the second at which the pool hears of it; -1 for never.
    [InlineData(1.00, -1)]
    [InlineData(1.09, -1)]
    [InlineData(0.91, -1)]
    [InlineData(1.11, 60)]
    [InlineData(0.89, 60)]
    [InlineData(0.00, 60)]
    [InlineData(50.0, 60)]
    public void ASteadyRateIsToldAfterAMinuteWhereItIsMoreThanTenPercentAway(double part, int second)
    {
        var told = Enumerable.Range(0, 600).Where(at => Step(part * Nominal, at)).ToArray();

        Assert.Equal(second < 0 ? [] : [second], told);
        Assert.Equal(second < 0 ? Nominal : part * Nominal, watch.Told);
    }

    [Fact]
    public void AShortDipIsNotTold()
    {
        for (var second = 0; second < 600; second++)
        {
            Assert.False(Step(second % 120 >= 100 ? 0.5 * Nominal : Nominal, second));
        }
    }

    [Fact]
    public void ANoisyRateAroundTheToldOneIsNotTold()
    {
        for (var second = 0; second < 3600; second++)
        {
            Assert.False(Step(second % 2 == 0 ? 0.7 * Nominal : 1.3 * Nominal, second));
        }
    }

    [Fact]
    public void WhateverTheRateDoesTwoTellingsAreAMinuteApartAtLeast()
    {
        var told = new List<TimeSpan>();
        for (var tick = 0; tick < 100_000; tick++)
        {
            var now = TimeSpan.FromMilliseconds(tick * 10);
            if (watch.Step(Nominal * Math.Exp(tick / 2000.0), now))
            {
                told.Add(now);
            }
        }

        Assert.True(told.Count > 5);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.Second - pair.First >= RateWatch.Patience));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1.0)]
    public void ARateThatNobodyKnowsIsNeverTold(double rate)
    {
        for (var second = 0; second < 300; second++)
        {
            Assert.False(Step(rate, second));
        }

        Assert.Equal(Nominal, watch.Told);
    }

    [Fact]
    public void ATimeOfNotKnowingBeginsTheMinuteAnew()
    {
        Assert.DoesNotContain(Enumerable.Range(0, 59), second => Step(0, second));
        Assert.False(Step(double.NaN, 59));
        Assert.Equal(60 + 60, Enumerable.Range(60, 200).First(second => Step(0, second)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1.0)]
    [InlineData(1e300)]
    public void WhatIsNoHashRateIsToldAsZero(double nominal) => Assert.Equal(0, new RateWatch(nominal).Told);

    [Fact]
    public void ABoardThatStandsStillAndWasToldSoIsNotToldAgain()
    {
        var idle = new RateWatch(0);

        Assert.DoesNotContain(Enumerable.Range(0, 600), second => idle.Step(0, TimeSpan.FromSeconds(second)));
        Assert.Contains(Enumerable.Range(600, 100), second => idle.Step(Nominal, TimeSpan.FromSeconds(second)));
    }

    private bool Step(double rate, int second) => watch.Step(rate, TimeSpan.FromSeconds(second));
}
