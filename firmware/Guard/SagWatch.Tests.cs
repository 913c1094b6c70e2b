using Drivers;

namespace Firmware.Guard;

public class SagWatchTests
{
    private readonly SagWatch watch = new(new Volts(4.8)); // a sag below 4.656 V
    private TimeSpan now = TimeSpan.FromHours(3);

    [Fact]
    public void ThreeSamplesBelowAreASagThatTakesAQuarterOffTheClock()
    {
        Assert.Equal([SagVerdict.None, SagVerdict.None, SagVerdict.Reduced], [Step(4.65), Step(4.65), Step(4.65)]);
        Assert.Equal((1, true, true), (watch.Count, watch.IsLow, watch.IsReduced));
    }

    [Fact]
    public void ThreePercentAreAllowed()
    {
        Assert.All(Steps(4.657, 1000), verdict => Assert.Equal(SagVerdict.None, verdict));
        Assert.Equal((0, false), (watch.Count, watch.IsLow));
    }

    [Fact]
    public void TwoLowSamplesMeanNothingHoweverOftenAndAreRecordedAllTheSame()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.All([Step(4.5), Step(4.2), Step(5)], verdict => Assert.Equal(SagVerdict.None, verdict));
        }

        Assert.Equal((new Volts(4.2), TimeSpan.FromHours(3) + GuardLoop.Period), watch.Lowest);
        Assert.Equal(0, watch.Count);
    }

    [Fact]
    public void WhatNoPartCouldHaveMeasuredIsNoSample()
    {
        Assert.All(Steps(0, 20), verdict => Assert.Equal(SagVerdict.None, verdict));
        Assert.All(Steps(null, 20), verdict => Assert.Equal(SagVerdict.None, verdict));
        Assert.Null(watch.Lowest);
    }

    [Fact]
    public void ASecondSagWithinTenMinutesEndsTheWork()
    {
        _ = Steps(4.5, 3);
        Assert.All(Steps(5, 1190), verdict => Assert.Equal(SagVerdict.None, verdict)); // 595 s
        Assert.True(watch.IsReduced);

        Assert.Equal(SagVerdict.Stop, Steps(4.5, 3)[^1]);
        Assert.Equal(2, watch.Count);
    }

    [Fact]
    public void TenGoodMinutesGiveTheClockBackAndTheNextSagIsAFirstOneAgain()
    {
        _ = Steps(4.5, 3);
        _ = Steps(5, 1210);
        Assert.False(watch.IsReduced);

        Assert.Equal(SagVerdict.Reduced, Steps(4.5, 3)[^1]);
    }

    [Fact]
    public void ASagThatLastsForTenSecondsThoughTheClockIsLowerEndsTheWork()
    {
        _ = Steps(4.5, 3);
        var verdicts = Steps(4.5, 20);

        Assert.All(verdicts[..^1], verdict => Assert.Equal(SagVerdict.None, verdict));
        Assert.Equal(SagVerdict.Stop, verdicts[^1]);
    }

    [Fact]
    public void WithoutPowerASagIsOnlyRecordedAndReducesTheBoardOnceItHasPower()
    {
        _ = Steps(4.5, 100, powered: false);
        Assert.Equal((1, false), (watch.Count, watch.IsReduced));

        Assert.Equal(SagVerdict.Reduced, Step(4.5));
    }

    [Fact]
    public void WhereNobodyKnowsTheLimitNothingIsJudged()
    {
        var blind = new SagWatch(null);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(SagVerdict.None, blind.Step(new Volts(1), powered: true, now));
        }

        Assert.Equal(1, blind.Lowest?.Input.Value);
    }

    private SagVerdict Step(double? volts, bool powered = true)
    {
        var verdict = watch.Step(volts is { } value ? new Volts(value) : null, powered, now);
        now += GuardLoop.Period;
        return verdict;
    }

    private SagVerdict[] Steps(double? volts, int count, bool powered = true) =>
        [.. Enumerable.Range(0, count).Select(_ => Step(volts, powered))];
}
