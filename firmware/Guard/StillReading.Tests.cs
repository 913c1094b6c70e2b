using Drivers;

namespace Firmware.Guard;

/// <summary>Which readings are too still to be of metal.</summary>
public class StillReadingTests
{
    private readonly StillReading still = new();
    private TimeSpan now = TimeSpan.FromHours(3);

    [Theory]
    [InlineData(0, 18, 1.9, false)] // the board has been off, and has two minutes to warm up
    [InlineData(0, 18, 2.1, true)]
    [InlineData(18, 0, 2.1, true)]
    [InlineData(18, 8, 2.1, true)]
    [InlineData(18, 10, 60, false)] // by less than half: it need not be felt
    public void AChangeOfTheLoadByHalfMustBeFelt(double before, double after, double minutes, bool isStuck)
    {
        Run(45.5, before, 0.5, minutes: 60);
        Assert.False(still.IsStuck);

        Run(45.5, after, 0.5, minutes);

        Assert.Equal(isStuck, still.IsStuck);
    }

    [Theory]
    [InlineData(0.5, 0.25, 0.9, false)]
    [InlineData(0.5, 0.25, 1.1, true)]
    [InlineData(0.5, 0.75, 1.1, true)]
    [InlineData(0.5, 0.65, 60, false)]
    public void AChangeOfTheAirMustBeFelt(double before, double after, double minutes, bool isStuck)
    {
        Run(60, 18, before, minutes: 60);
        Assert.False(still.IsStuck);

        Run(60, 18, after, minutes);

        Assert.Equal(isStuck, still.IsStuck);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(8, true)]
    public void AirNeedNotBeFeltWhereLittleIsHeated(double load, bool isLight)
    {
        Run(60, 18, 0.5, minutes: 1);
        Run(45, load, 0.5, minutes: 1, isLight);
        Run(45, load, 1, minutes: 60, isLight);

        Assert.False(still.IsStuck);
        Assert.Null(still.Probe(now));
    }

    [Fact] // A storm found that watts which had been too many for a while kept it from being asked for ever.
    public void WhatOnceWasDrawnDoesNotMatter()
    {
        Run(60, 41, 0.5, minutes: 2);
        Run(58, 18, 0.5, minutes: 4);

        Assert.NotNull(still.Probe(now));
    }

    [Fact]
    public void WhatComesBackInTimeHasNotChanged()
    {
        for (var i = 0; i < 20; i++)
        {
            Run(45.5, 18, 0.5, minutes: 1.5);
            Run(45.5, 5, 0.5, minutes: 1.5);
            Run(45.5, 18, 0.5, minutes: 0.8);
            Run(45.5, 18, 0.8, minutes: 0.8);
        }

        Assert.False(still.IsStuck);
    }

    [Fact]
    public void TheLastBitIsEnoughToBeAlive()
    {
        for (var i = 0; i < 20; i++)
        {
            Run(45.5 + i % 2 * 0.0625, i % 4 < 2 ? 18 : 5, 0.5, minutes: 9);
            Assert.False(still.IsStuck);
        }
    }

    [Fact]
    public void WhatWasStuckStaysSoUntilItMoves()
    {
        Run(60, 18, 0.5, minutes: 1);
        Run(60, 18, 1, minutes: 1.1);
        Run(60, 18, 0.5, minutes: 30);
        Assert.True(still.IsStuck);

        Run(60.125, 18, 0.5, minutes: 0.1);

        Assert.False(still.IsStuck);
    }

    [Theory]
    [InlineData(0.3, 0.55, true)]
    [InlineData(0.75, 1, true)]
    [InlineData(0.8, 0.55, false)] // there is no more of it: less shows the same
    [InlineData(1, 0.75, false)]
    public void WithoutAChangeOfTheAirItAsksForOne(double air, double wanted, bool isMore)
    {
        Run(60, 18, air, minutes: 2.9);
        Assert.Null(still.Probe(now));

        Run(60, 18, air, minutes: 0.2);

        var probe = still.Probe(now);
        Assert.Equal(wanted, probe!.Value.Duty, 6);
        Assert.Equal(isMore, probe.Value.IsMore);
        Run(60, 18, wanted, minutes: 1.1);
        Assert.True(still.IsStuck);
        Assert.Null(still.Probe(now));
    }

    [Fact]
    public void AReadingThatMovesEndsTheQuestion()
    {
        Run(60, 18, 0.3, minutes: 4);
        Assert.NotNull(still.Probe(now));

        Run(59.875, 18, 0.4, minutes: 0.01);

        Assert.Null(still.Probe(now));
    }

    private void Run(double degrees, double load, double air, double minutes, bool isLight = false)
    {
        for (var end = now + TimeSpan.FromMinutes(minutes); now < end;)
        {
            now += TimeSpan.FromSeconds(0.5);
            still.Step(new Celsius(degrees), load, air, now, isLight);
        }
    }
}
