namespace Drivers.Fans;

public class PulseMeterTests
{
    private readonly PulseMeter meter = new(pulsesPerTurn: 2);

    [Theory] // Two pulses a turn: pulses in 250 ms × 120.
    [InlineData(250, 25, 3000)]
    [InlineData(250, 1, 120)]
    [InlineData(500, 50, 3000)]
    [InlineData(1000, 400, 12_000)]
    public void CountsTurnsAMinute(int milliseconds, long pulses, double rpm)
    {
        meter.Step(1_000_000, At(7));

        Assert.Equal(rpm, meter.Step(1_000_000 + pulses, At(7 + milliseconds)).Value!.Value.Value, 9);
    }

    [Fact]
    public void NothingIsKnownBeforeTheFirstWindowHasPassed()
    {
        Assert.Equal(FanFault.NotRead, meter.Step(0, At(0)));
        Assert.Equal(FanFault.NotRead, meter.Step(20, At(249)));
        Assert.Equal(new Rpm(2400), meter.Step(20, At(250)));
    }

    [Fact]
    public void AskedTwiceInAWindowItTellsTheSameSpeed()
    {
        meter.Step(0, At(0));
        meter.Step(50, At(500));

        Assert.Equal(new Rpm(3000), meter.Step(50, At(501)));
        Assert.Equal(new Rpm(3000), meter.Step(100, At(1000)));
    }

    [Fact]
    public void AFanThatStopsIsStoppedOneWindowLater()
    {
        meter.Step(0, At(0));
        meter.Step(50, At(500));

        Assert.Equal(FanFault.Stopped, meter.Step(50, At(1000)));
        Assert.Equal(new Rpm(60), meter.Step(51, At(1500)));
    }

    [Fact]
    public void ARingingWireIsNoFan()
    {
        meter.Step(0, At(0));

        Assert.Equal(FanFault.Implausible, meter.Step(501, At(500))); // 30 060 rpm.
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
