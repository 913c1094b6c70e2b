namespace Simulator;

public class MetalTests
{
    [Theory]
    [InlineData(1.0, 43.5)]
    [InlineData(0.5, 59.3)]
    public void SettlesWhereHeatAndCoolingBalance(double fan, double degrees)
    {
        var metal = new Metal(25);

        metal.Advance(3600, chipWatts: 18.5, regulatorWatts: 2, fan, ambient: 25);

        Assert.InRange(metal.Chip, degrees - 0.2, degrees + 0.2);
        Assert.InRange(metal.Regulator, 25 + 2 / 0.12 - 0.5, 25 + 2 / 0.03);
    }

    [Fact]
    public void AStoppedFanShowsWithinHalfAMinute()
    {
        var metal = new Metal(60);

        metal.Advance(25, chipWatts: 18.5, regulatorWatts: 2, fan: 0, ambient: 25);

        Assert.InRange(metal.Chip, 68, 72);
        Assert.Equal(metal.Chip, metal.Hottest);
    }

    [Fact]
    public void CoolsToTheAirAndRemembersHowHotItWas()
    {
        var metal = new Metal(80);

        metal.Advance(3600, chipWatts: 0, regulatorWatts: 0, fan: 1, ambient: 30);

        Assert.Equal(30, metal.Chip, precision: 3);
        Assert.Equal(80, metal.Hottest);
    }

    [Fact]
    public void OneLongStepIsWorthManyShortOnes()
    {
        var (once, often) = (new Metal(25), new Metal(25));
        once.Advance(60, 18.5, 2, 0.3, 25);
        for (var i = 0; i < 6000; i++)
        {
            often.Advance(0.01, 18.5, 2, 0.3, 25);
        }

        Assert.Equal(often.Chip, once.Chip, tolerance: 0.1);
    }

    [Fact]
    public void AFanFollowsItsDriveAndABlockedOneStops()
    {
        var fan = new Fan();
        fan.Advance(0.4, duty: 1, stalled: false);
        Assert.InRange(fan.Rpm, 1500, 3500);

        fan.Advance(10, duty: 1, stalled: false);
        Assert.InRange(fan.Rpm, 5990, 6000);

        fan.Advance(0.01, duty: 1, stalled: true);
        Assert.Equal(0, fan.Rpm);
    }
}
