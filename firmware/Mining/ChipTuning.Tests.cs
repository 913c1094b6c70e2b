using Drivers;

namespace Firmware.Mining;

public class ChipTuningTests
{
    private static readonly Megahertz Clock = new(525);
    private static readonly TimeSpan Start = TimeSpan.FromHours(5);

    private readonly ChipTuning tuning = new();
    private long results;
    private long wrong;

    public ChipTuningTests() => tuning.Begin(3);

    [Theory]
    [InlineData(99, 0, null)]
    [InlineData(91, 9, null)]
    [InlineData(90, 10, 518.75)]
    [InlineData(0, 99, null)] // Not enough to tell.
    [InlineData(0, 100, 518.75)]
    public void OneInTenOfAHundredIsTooMany(long right, long bad, double? megahertz)
    {
        var order = tuning.Step(1, right, bad, Clock, Start);

        Assert.Equal(megahertz, order?.Own?.Value);
        Assert.Equal(megahertz is null, order is null);
    }

    [Fact]
    public void WhatItSaysIsWhatItSaw() => Assert.Equal(
        new TuneOrder(
            1, new Megahertz(518.75), "chip 1 is slowed down to 518.75 MHz: 12 of its last 102 results were wrong"),
        tuning.Step(1, 90, 12, Clock, Start));

    [Fact]
    public void EachChipHasItsOwnClock()
    {
        tuning.Step(1, 50, 50, Clock, Start);

        Assert.Equal(518.75, tuning.Step(2, 50, 50, Clock, Start)?.Own?.Value);
        Assert.Equal(512.5, tuning.Step(1, 50, 150, Clock, Start)?.Own?.Value);
    }

    [Fact]
    public void ItIsNeverSlowerThanThreeQuarters()
    {
        var slowest = Clock.Value;
        for (var i = 0; i < 100; i++)
        {
            slowest = See(right: 0, bad: 100, Start)?.Own?.Value ?? slowest;
        }

        Assert.Equal(393.75, slowest);
    }

    [Fact] // guard lowered the clock: the step is down from there.
    public void AStepStartsFromTheClockThatTheChipHas() =>
        Assert.Equal(393.75, tuning.Step(0, 0, 100, new Megahertz(400), Start)?.Own?.Value);

    [Fact]
    public void AfterAnHourWithoutErrorsItIsTriedAStepFaster()
    {
        See(50, 50, Start);
        See(50, 50, Start);
        Assert.Null(See(100, 0, Start + TimeSpan.FromMinutes(59)));
        Assert.Null(See(98, 2, Start + TimeSpan.FromMinutes(61)));

        Assert.Equal(518.75, See(99, 1, Start + TimeSpan.FromMinutes(62))?.Own?.Value);
        Assert.Null(See(100, 0, Start + TimeSpan.FromMinutes(121)));
        var last = See(100, 0, Start + TimeSpan.FromMinutes(122));
        Assert.NotNull(last);
        Assert.Null(last.Value.Own); // The chain's clock again.
        Assert.Null(See(100, 0, Start + TimeSpan.FromHours(9)));
    }

    [Fact]
    public void AChipThatNeverErredIsLeftAlone()
    {
        for (var hour = 0; hour < 100; hour++)
        {
            Assert.Null(See(1000, 9, Start + TimeSpan.FromHours(hour)));
        }
    }

    [Fact]
    public void WhatAChipWasTunedToIsKeptOverAReset()
    {
        See(50, 50, Start);
        tuning.Begin(3);

        Assert.Equal(512.5, See(50, 50, Start)?.Own?.Value);
    }

    private TuneOrder? See(long right, long bad, TimeSpan now)
    {
        (results, wrong) = (results + right, wrong + bad);
        return tuning.Step(0, results, wrong, Clock, now);
    }
}
