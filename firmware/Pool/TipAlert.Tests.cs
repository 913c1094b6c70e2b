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
    public void TheMomentIsThatOfTheLastOfThem()
    {
        alert.Begin(Start);
        alert.Begin(Start + TipAlert.Lasts / 2);

        Assert.True(alert.IsOn(Start + TipAlert.Lasts));
        Assert.False(alert.IsOn(Start + TipAlert.Lasts * 1.5));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(2)]
    public void NoFloodKeepsItOnForMoreThanItsShare(double jobEveryMilliseconds)
    {
        var every = TimeSpan.FromMilliseconds(jobEveryMilliseconds);
        var flood = TimeSpan.FromSeconds(10);
        var (on, first) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var now = Start; now < Start + flood; now += every)
        {
            alert.Begin(now);
            first = first == TimeSpan.Zero && !alert.IsOn(now) ? on : first;
            on += alert.IsOn(now) ? every : TimeSpan.Zero;
        }

        var share = flood / TipAlert.Cost;
        Assert.InRange(on, share / 2, share + TipAlert.AtOnceMax + 2 * TipAlert.Lasts);
        Assert.InRange(first, TipAlert.AtOnceMax, TipAlert.AtOnceMax + 2 * TipAlert.Lasts);
    }
}
