namespace Drivers.Hashing.Cpu;

public class DutyPaceTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void AThreadThatIsLeftAloneWorksItsPartOfTheTimeAndNoMore(double duty)
    {
        var pace = new DutyPace();
        var (used, now) = Run(ref pace, default, default, duty, slowness: 1);

        Assert.InRange(used / now, duty * 0.98, duty * 1.001);
    }

    [Fact]
    public void TimeThatOthersTookIsNotMadeUpForLater()
    {
        var pace = new DutyPace();
        var (used, now) = Run(ref pace, default, default, duty: 0.5, slowness: 10);
        Assert.InRange(used / now, 0.09, 0.11); // It was kept waiting nine times out of ten.

        var (usedLater, later) = Run(ref pace, used, now, duty: 0.5, slowness: 1);

        Assert.InRange((usedLater - used) / (later - now), 0.49, 0.501);
    }

    /// <param name="slowness">How long a piece takes by the wall for each second of the thread's own.</param>
    private static (TimeSpan Used, TimeSpan Now) Run(
        ref DutyPace pace, TimeSpan used, TimeSpan now, double duty, double slowness)
    {
        var piece = TimeSpan.FromMilliseconds(5);
        for (var i = 0; i < 1000; i++)
        {
            used += piece;
            now += piece * slowness;
            now += pace.Rest(used, now, duty);
            Assert.Equal(TimeSpan.Zero, pace.Rest(used, now, duty));
        }

        return (used, now);
    }
}
