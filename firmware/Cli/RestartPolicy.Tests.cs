namespace Firmware.Cli;

public class RestartPolicyTests
{
    private readonly RestartPolicy policy = new(startsMax: 3, window: TimeSpan.FromMinutes(10));

    [Fact]
    public void EachEndMovesTheNextStartFurtherAway()
    {
        Assert.Equal(Seconds(101), policy.NextStart(Seconds(100)));
        Assert.Equal(Seconds(112), policy.NextStart(Seconds(110)));
        Assert.Equal(Seconds(124), policy.NextStart(Seconds(120)));
    }

    [Fact]
    public void TheFourthEndInTenMinutesIsTheLast()
    {
        for (var end = 0; end < 3; end++)
        {
            Assert.NotNull(policy.NextStart(Seconds(end)));
        }

        Assert.Null(policy.NextStart(Seconds(599)));
    }

    [Fact]
    public void EndsLongAgoAreForgiven()
    {
        for (var end = 0; end < 3; end++)
        {
            policy.NextStart(Seconds(end));
        }

        Assert.Equal(Seconds(1001), policy.NextStart(Seconds(1000)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
