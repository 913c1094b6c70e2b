using Drivers;

namespace Firmware.Guard;

/// <summary>Chips that leak a little and follow clock and voltage, and a check that knows the usual ones.</summary>
public class EnergyCheckTests
{
    private const double ResultsPerMegahertz = 0.002;

    private static readonly EnergyModel Model = new(new(17), new(525), new(1.15), ResultsPerMegahertz);

    private readonly EnergyCheck check = new(Model);
    private readonly Random random = new(1);
    private TimeSpan now;

    [Theory]
    [InlineData(0.9)]
    [InlineData(1)]
    [InlineData(1.09)] // what the simulated Gamma draws of what its file says
    [InlineData(1.1)]
    public void HealthySiliconIsLeftAloneFromTheBottomToTheTopOfItsClock(double lottery)
    {
        for (var clock = 50.0; clock <= 625; clock += 6.25)
        {
            Healthy(lottery, clock, 1.15, seconds: 20);
        }

        Healthy(lottery, 525, 1.15, seconds: 3600);
        for (var clock = 525.0; clock >= 50; clock -= 25)
        {
            Healthy(lottery, clock, 1.0, seconds: 20);
        }
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(1.1)]
    public void ARampIsLeftAlone(double lottery)
    {
        Healthy(lottery, 525, 1.15, seconds: 600);
        for (var i = 0; i < 20; i++)
        {
            Ramp(lottery, 525, 50);
            Healthy(lottery, 50, 1.15, seconds: 10);
            Ramp(lottery, 50, 525);
        }
    }

    [Fact]
    public void ChipsWithoutWorkDrawNextToNothingAndThatIsFine()
    {
        Healthy(1, 525, 1.15, seconds: 600);
        for (var second = 0.0; second < 600; second += 0.5)
        {
            Assert.Null(Step(2.5, 525, 1.15, 0));
        }
    }

    [Fact]
    public void ChipsThatDieAreNotBlamedOnTheMeterWhileTheirResultsFade()
    {
        Healthy(1, 525, 1.15, seconds: 600);
        for (var second = 0.0; second < 60; second += 0.5) // results are smoothed over 10 s
        {
            Assert.Null(Step(1.5, 525, 1.15, 525 * ResultsPerMegahertz * Math.Max(0, 1 - second / 10)));
        }
    }

    [Theory]
    [InlineData(1.35, true)]
    [InlineData(3, true)]
    [InlineData(0.55, true)]
    [InlineData(0, true)]
    [InlineData(1.2, false)]
    [InlineData(0.8, false)]
    public void WattsThatNothingExplainsAreAFaultAfterTenSeconds(double lie, bool isFault)
    {
        Steady(17, 600);
        var begun = now;
        FaultCause? fault = null;
        while (fault is null && now - begun < TimeSpan.FromSeconds(60))
        {
            fault = Step(17 * lie, 525, 1.15, 525 * ResultsPerMegahertz);
        }

        Assert.Equal(isFault, fault is not null);
        if (fault is { } found)
        {
            Assert.Equal(FaultKind.Energy, found.Kind);
            Assert.InRange((now - begun).TotalSeconds, 10, 11);
        }
    }

    [Fact]
    public void ALieThatGrowsSlowlyIsLearnedOnlySoFar()
    {
        FaultCause? fault = null;
        var watts = 17.0;
        while (fault is null && watts < 40)
        {
            watts += 0.002;
            fault = Step(watts, 525, 1.15, 525 * ResultsPerMegahertz);
        }

        Assert.NotNull(fault);
        Assert.True(watts < 17 * 1.55, $"It took {watts} W.");
        Assert.Equal(1 + EnergyCheck.LotteryMax, check.Scale, 6);
    }

    [Fact]
    public void PowerWithoutClockIsAFault()
    {
        FaultCause? fault = null;
        for (var second = 0.0; second < 15; second += 0.5)
        {
            fault ??= Step(12, 50, 1.15, 0);
        }

        Assert.NotNull(fault);
    }

    [Fact]
    public void OneBadSampleOrNineSecondsOfThemAreNone()
    {
        for (var i = 0; i < 20; i++)
        {
            Steady(17, 30);
            for (var second = 0.0; second < 9; second += 0.5)
            {
                Assert.Null(Step(80, 525, 1.15, 525 * ResultsPerMegahertz));
            }
        }
    }

    [Fact]
    public void WhatCouldNotBeReadIsNotJudged()
    {
        now += TimeSpan.FromHours(1);

        Assert.Null(check.Step(new(Drawn: null, new(525), new(1.15)), 1, now));
        Assert.Null(check.Step(new(new Watts(99), new(525), Set: null), 1, now + TimeSpan.FromHours(1)));
    }

    private void Steady(double watts, double seconds)
    {
        for (var second = 0.0; second < seconds; second += 0.5)
        {
            Assert.Null(Step(watts, 525, 1.15, 525 * ResultsPerMegahertz));
        }
    }

    /// <summary>Results as rare as a Gamma's: about one a second, and seen over ten seconds.</summary>
    private void Healthy(double lottery, double clock, double volts, double seconds)
    {
        for (var second = 0.0; second < seconds; second += 0.5)
        {
            Assert.Null(Step(Drawn(lottery, clock, volts), clock, volts, Luck(clock)));
        }
    }

    private void Ramp(double lottery, double from, double to)
    {
        for (var clock = from; Math.Abs(clock - to) > 1; clock += Math.Clamp(to - clock, -31.25, 31.25))
        {
            Assert.Null(Step(Drawn(lottery, clock, 1.15), clock, 1.15, Luck(from)));
        }
    }

    private static double Drawn(double lottery, double clock, double volts) =>
        17 * lottery * Math.Pow(volts / 1.15, 2) * (0.08 + 0.92 * clock / 525);

    private double Luck(double clock)
    {
        var found = 0;
        for (var i = 0; i < 1000; i++)
        {
            found += random.NextDouble() < clock * ResultsPerMegahertz * 10 / 1000 ? 1 : 0;
        }

        return found / 10.0;
    }

    private FaultCause? Step(double watts, double clock, double volts, double results)
    {
        now += TimeSpan.FromSeconds(0.5);
        return check.Step(new(new Watts(watts), new(clock), new(volts)), results, now);
    }
}
