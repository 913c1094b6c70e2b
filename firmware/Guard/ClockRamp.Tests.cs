using Drivers;

namespace Firmware.Guard;

public class ClockRampTests
{
    private readonly ClockRamp ramp = new(new(new(625), []));
    private double clock = 525;
    private TimeSpan now = TimeSpan.FromHours(1);

    public ClockRampTests() => ramp.Begin(fromBottom: false, now);

    [Fact]
    public void WithoutAPauseThereIsNone()
    {
        Step(down: false, seconds: 60);

        Assert.Null(ramp.Cap);
        Assert.False(ramp.IsDown);
    }

    [Fact]
    public void TheWholeWayDownTakesItsTimeAndThenThePowerMayGo()
    {
        Step(down: true, seconds: 5);
        Assert.InRange(ramp.Cap!.Value.Value, 265, 310); // half of the way from 525 to 50
        Assert.False(ramp.IsDown);

        Step(down: true, seconds: 5.5);
        Assert.Equal(50, ramp.Cap!.Value.Value);
        Assert.True(ramp.IsDown);
    }

    [Fact]
    public void APowerThatComesBackAfterAPauseBeginsAtTheBottom()
    {
        ramp.Begin(fromBottom: true, now);
        Assert.Equal(50, ramp.Cap!.Value.Value);

        Step(down: false, seconds: 5);
        Assert.InRange(ramp.Cap!.Value.Value, 265, 310);
        Step(down: false, seconds: 6);
        Assert.Null(ramp.Cap);
    }

    [Fact]
    public void APauseThatIsTakenBackOnTheWayDownTurnsAround()
    {
        Step(down: true, seconds: 5);
        Step(down: false, seconds: 6);

        Assert.Null(ramp.Cap);
        Assert.False(ramp.IsDown);
    }

    [Fact]
    public void AMineThatDoesNotFollowIsNotWaitedForLongerThanTenSeconds()
    {
        clock = 525;
        Step(down: true, seconds: 11, follows: false);
        Assert.False(ramp.IsDown);

        Step(down: true, seconds: 10, follows: false);
        Assert.True(ramp.IsDown);
    }

    private void Step(bool down, double seconds, bool follows = true)
    {
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end;)
        {
            now += TimeSpan.FromSeconds(0.5);
            ramp.Step(
                down, new(clock), ramp.Cap ?? new Megahertz(525), new(525), TimeSpan.FromSeconds(10), now);
            clock = follows ? ramp.Cap?.Value ?? 525 : clock;
        }
    }
}
