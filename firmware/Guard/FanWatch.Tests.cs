using Drivers;
using Drivers.Fans;

namespace Firmware.Guard;

public class FanWatchTests
{
    private static readonly FanReading Stopped = FanFault.Stopped;
    private static readonly FanReading Turning = new Rpm(3000);

    private readonly FanWatch watch = new();

    [Fact]
    public void AFanThatTurnsIsLeftAlone()
    {
        for (var second = 0.0; second < 60; second += 0.5)
        {
            Assert.Equal(FanVerdict.Turning, Step(0.5, Turning, second));
        }
    }

    [Theory]
    [InlineData(FanFault.Stopped)]
    [InlineData(FanFault.NoAnswer)]
    [InlineData(FanFault.NotRead)]
    [InlineData(FanFault.Implausible)]
    public void WithoutProofOfTurningItGetsFullDriveAfterThreeSecondsAndUpAfterFiveMore(FanFault fault)
    {
        FanReading nothing = fault;
        for (var second = 0.0; second < 3; second += 0.5)
        {
            Assert.Equal(FanVerdict.Turning, Step(0.5, nothing, second));
        }

        for (var second = 3.0; second < 8; second += 0.5)
        {
            Assert.Equal(FanVerdict.NeedsFull, Step(1, nothing, second));
        }

        Assert.Equal(FanVerdict.Stalled, Step(1, nothing, 8));
    }

    [Fact]
    public void ZeroRevolutionsAreNoTurning()
    {
        Step(0.5, new Rpm(0), 0);

        Assert.Equal(FanVerdict.NeedsFull, Step(0.5, new Rpm(0), 3));
    }

    [Fact]
    public void FullDriveMayFreeIt()
    {
        Step(0.5, Stopped, 0);
        Step(0.5, Stopped, 3);

        Assert.Equal(FanVerdict.Turning, Step(1, Turning, 7.5));
        Assert.Equal(FanVerdict.Turning, Step(1, Stopped, 8)); // and from there it counts anew
    }

    [Fact]
    public void BelowThirtyPercentItNeedNotTurn()
    {
        for (var second = 0; second < 60; second++)
        {
            Assert.Equal(FanVerdict.Turning, Step(0.29, Stopped, second));
        }

        Assert.Equal(FanVerdict.Turning, Step(0.30, Stopped, 60));
        Assert.Equal(FanVerdict.NeedsFull, Step(0.30, Stopped, 63));
    }

    [Fact]
    public void OneBadSampleMeansNothing()
    {
        for (var second = 0; second < 60; second += 2)
        {
            Assert.Equal(FanVerdict.Turning, Step(0.5, Turning, second));
            Assert.Equal(FanVerdict.Turning, Step(0.5, Stopped, second + 1));
        }
    }

    [Fact]
    public void AFanThatTakesNoCommandThreeTimesInARowIsDeaf()
    {
        var half = new DutyCycle(0.5);

        Assert.Equal(FanVerdict.Turning, watch.Step(half, obeyed: false, Turning, default));
        Assert.Equal(FanVerdict.Turning, watch.Step(half, obeyed: true, Turning, default));
        Assert.Equal(FanVerdict.Turning, watch.Step(half, obeyed: false, Turning, default));
        Assert.Equal(FanVerdict.Turning, watch.Step(half, obeyed: false, Turning, default));
        Assert.Equal(FanVerdict.Deaf, watch.Step(half, obeyed: false, Turning, default));
    }

    private FanVerdict Step(double duty, FanReading reading, double seconds) =>
        watch.Step(new DutyCycle(duty), obeyed: true, reading, TimeSpan.FromSeconds(seconds));
}
