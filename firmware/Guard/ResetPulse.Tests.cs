namespace Firmware.Guard;

public class ResetPulseTests
{
    private readonly ResetPulse pulse = new();

    [Fact]
    public void TheFirstThingIsAlwaysToHold()
    {
        Assert.Equal(ResetAction.Hold, pulse.Next(hold: true, At(0)));
        Assert.Equal(ResetAction.Hold, new ResetPulse().Next(hold: false, At(0)));
    }

    [Fact]
    public void HeldChipsAreLeftAlone()
    {
        Hold(0);

        Assert.Equal(ResetAction.None, pulse.Next(hold: true, At(1000)));
        Assert.Null(pulse.Due(hold: true));
        Assert.False(pulse.IsReleased);
    }

    [Fact]
    public void AReleaseIsAFreshPulseOfAHundredMillisecondsAndAsLongASettling()
    {
        Hold(0);

        Assert.Equal(ResetAction.Hold, Do(hold: false, 5000));
        Assert.Equal(ResetAction.None, Do(hold: false, 5099));
        Assert.Equal(At(5100), pulse.Due(hold: false));
        Assert.Equal(ResetAction.Release, Do(hold: false, 5100));
        Assert.Equal(ResetAction.None, Do(hold: false, 5199));
        Assert.False(pulse.IsReleased);
        Assert.Equal(ResetAction.None, Do(hold: false, 5200));
        Assert.True(pulse.IsReleased);
        Assert.Null(pulse.Due(hold: false));
    }

    [Theory]
    [InlineData(5050)] // in the low half
    [InlineData(5150)] // in the high half
    [InlineData(5500)] // released
    public void HoldingThemAgainIsImmediate(int at)
    {
        Hold(0);
        for (var now = 5000; now <= at; now += 10)
        {
            Do(hold: false, now);
        }

        Assert.True(pulse.Due(hold: true) <= At(at));
        Assert.Equal(ResetAction.Hold, Do(hold: true, at));
        Assert.False(pulse.IsReleased);
    }

    [Fact]
    public void ALineThatDoesNotObeyIsTriedAgainFromTheBeginningAndNotInACircle()
    {
        Hold(0);
        Do(hold: false, 1000);
        Do(hold: false, 1100, obeyed: false);

        Assert.Equal(1, pulse.Refusals);
        Assert.Equal(At(1200), pulse.Due(hold: false));
        Assert.Equal(ResetAction.None, Do(hold: false, 1199));
        Assert.Equal(ResetAction.Hold, Do(hold: false, 1200));
        Assert.Equal(0, pulse.Refusals);
        Assert.Equal(ResetAction.Release, Do(hold: false, 1300));
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Hold(int at) => Assert.Equal(ResetAction.Hold, Do(hold: true, at));

    private ResetAction Do(bool hold, int at, bool obeyed = true)
    {
        var action = pulse.Next(hold, At(at));
        if (action != ResetAction.None)
        {
            pulse.Answer(action, hold, obeyed, At(at));
        }

        return action;
    }
}
