namespace Firmware.Pool;

public class TipAlertTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(3);

    private readonly TipAlert alert = new();

    [Fact]
    public void AJobForATipToComeIsWatchedForAMoment()
    {
        Assert.False(alert.IsOn(Start));

        alert.Begin(Start);

        Assert.True(alert.IsOn(Start));
        Assert.True(alert.IsOn(Start + TipAlert.Lasts - TimeSpan.FromTicks(1)));
        Assert.False(alert.IsOn(Start + TipAlert.Lasts));
    }

    [Fact]
    public void TheTipEndsIt()
    {
        alert.Begin(Start);
        var tip = Start + TipAlert.Lasts / 4;
        alert.End(tip);

        Assert.False(alert.IsOn(tip));
    }

    [Theory]
    [InlineData(0.25, false)] // Jobs and no tips.
    [InlineData(1, false)]
    [InlineData(0.25, true)] // The tip comes at the last moment, and the next job right behind it.
    public void NoFloodKeepsItOnForMoreThanItsShare(double jobEveryMilliseconds, bool tips)
    {
        var every = TimeSpan.FromMilliseconds(jobEveryMilliseconds);
        var flood = TimeSpan.FromSeconds(10);
        var on = TimeSpan.Zero;
        for (var now = Start; now < Start + flood; now += every)
        {
            if (tips && alert.IsOn(now) && !alert.IsOn(now + every))
            {
                alert.End(now);
            }

            alert.Begin(now);
            on += alert.IsOn(now) ? every : TimeSpan.Zero;
        }

        var share = flood / TipAlert.Cost;
        Assert.InRange(on, share / 2, share + TipAlert.AtOnceMax + TipAlert.Lasts);
    }

    [Fact]
    public void AfterARestThereIsRoomForAHundredJobsInARow()
    {
        const int jobs = 100;
        for (var job = 0; job < jobs; job++)
        {
            var now = Start + job * TipAlert.Lasts;
            alert.Begin(now);
            Assert.True(alert.IsOn(now));
            alert.End(now + TipAlert.Lasts / 2);
        }
    }
}
