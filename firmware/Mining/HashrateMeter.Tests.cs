namespace Firmware.Mining;

public class HashrateMeterTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1000.25);
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    private readonly HashrateMeter meter = new(hashesPerResult: 1024);

    public HashrateMeterTests() => meter.Start(Start);

    [Theory]
    [InlineData(10)]
    [InlineData(3)]
    [InlineData(60)]
    public void ASteadyStreamIsItsRate(double window)
    {
        var now = Feed(Start, perSecond: 4, seconds: 90);

        Assert.Equal(4, meter.ResultsPerSecond(TimeSpan.FromSeconds(window), now), tolerance: 0.5);
        Assert.Equal(4096, meter.HashRate(TimeSpan.FromSeconds(window), now), tolerance: 512);
    }

    [Fact]
    public void AtFirstTheWindowIsWhatThereWas() =>
        Assert.Equal(4, meter.ResultsPerSecond(TenSeconds, Feed(Start, perSecond: 4, seconds: 5)), tolerance: 0.3);

    [Fact]
    public void ASingleEarlyResultIsNoHugeRate()
    {
        meter.Count(Start + TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, meter.ResultsPerSecond(TenSeconds, Start + TimeSpan.FromMilliseconds(2)));
    }

    [Fact]
    public void SilenceEmptiesTheWindow()
    {
        var now = Feed(Start, perSecond: 4, seconds: 20);

        Assert.Equal(2, meter.ResultsPerSecond(TenSeconds, now + TimeSpan.FromSeconds(5)), tolerance: 0.5);
        Assert.Equal(0, meter.ResultsPerSecond(TenSeconds, now + TimeSpan.FromSeconds(11)));
        Assert.Equal(0, meter.ResultsPerSecond(TenSeconds, now + TimeSpan.FromDays(3)));
    }

    [Fact]
    public void ANewStartForgetsTheFormerLife()
    {
        var now = Feed(Start, perSecond: 4, seconds: 20);
        meter.Start(now);

        Assert.Equal(0, meter.ResultsPerSecond(TenSeconds, now + TimeSpan.FromSeconds(1)));
    }

    private TimeSpan Feed(TimeSpan now, int perSecond, int seconds)
    {
        for (var i = 0; i < perSecond * seconds; i++)
        {
            now += TimeSpan.FromSeconds(1.0 / perSecond);
            meter.Count(now);
        }

        return now;
    }
}
