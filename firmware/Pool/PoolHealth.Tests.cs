namespace Firmware.Pool;

public class PoolHealthTests
{
    private readonly PoolHealth health = new();

    [Fact]
    public void APoolIsTrustedUntilItFails() => Assert.Equal(1, health.Score);

    [Theory]
    [InlineData(Ending.Unreachable, 4)]
    [InlineData(Ending.Lost, 4)]
    [InlineData(Ending.Refused, 2)]
    public void FailuresMakeItDoubtfulAndRefusalsSooner(Ending how, int times)
    {
        for (var i = 1; i < times; i++)
        {
            health.Failed(how);
            Assert.False(health.IsDoubtful, $"after {i}");
        }

        health.Failed(how);
        Assert.True(health.IsDoubtful);
    }

    [Fact]
    public void TimeWithWorkBringsItBack()
    {
        for (var i = 0; i < 10; i++)
        {
            health.Failed(Ending.Refused);
        }

        Assert.InRange(health.Score, 0, 0.001);
        health.Worked(TimeSpan.FromMinutes(5));
        Assert.True(health.IsDoubtful);
        health.Worked(TimeSpan.FromMinutes(5));
        Assert.False(health.IsDoubtful);
        health.Worked(TimeSpan.FromDays(1));
        Assert.Equal(1, health.Score, 1e-6);
    }

    [Fact]
    public void RefusedSharesCountALittle()
    {
        health.RefusedShare();
        Assert.InRange(health.Score, 0.97, 0.99);
    }
}
