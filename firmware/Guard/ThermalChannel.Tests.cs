using Drivers;
using Drivers.Sensors;

namespace Firmware.Guard;

/// <summary>Which readings are not believed; what follows is the business of a silent sensor.</summary>
public class ThermalChannelTests
{
    private readonly ThermalChannel channel = new(new("chip", "chip", new(60), new(70), new(75)));
    private TimeSpan now;

    [Theory]
    [InlineData(60, 54, true)] // 10 °C a second, and two degrees of noise
    [InlineData(60, 52, false)]
    [InlineData(60, 20, false)]
    [InlineData(60, 74, true)] // up is the safe side
    [InlineData(60, 95, true)]
    public void NothingCoolsFasterThanMetalCan(double before, double after, bool believed)
    {
        Take(before);
        Take(after);

        Assert.Equal(believed, channel.IsFresh);
        Assert.Equal(believed ? after : before + 0.25, channel.Assumed!.Value.Degrees, 6);
    }

    [Fact]
    public void AReadingThatFellTooFastIsBelievedOnceMetalCouldHaveCooledSo()
    {
        Take(70);
        var samples = 0;
        do
        {
            Take(30);
            samples++;
        }
        while (!channel.IsFresh);

        Assert.Equal(8, samples); // 38 °C beyond the noise, at 5 °C a sample
    }

    [Theory]
    [InlineData(14.9, true)]
    [InlineData(15.1, false)]
    public void WhatIsFarBelowItsNeighbourForTenSecondsIsNotBelieved(double apart, bool believed)
    {
        for (var i = 0; i < 20; i++)
        {
            Take(50, hottest: 50 + apart);
            Assert.True(channel.IsFresh);
        }

        Take(50, hottest: 50 + apart);
        Assert.Equal(believed, channel.IsFresh);
    }

    [Fact]
    public void AReadingThatIsStillThoughTheLoadHasChangedIsNotBelieved()
    {
        Run(45.5, load: 18, minutes: 60);
        Run(45.5, load: 5, minutes: 1.9);
        Assert.True(channel.IsFresh);

        Run(45.5, load: 5, minutes: 0.2);

        Assert.False(channel.IsFresh);
        Assert.Contains("whatever heat and air do", channel.ToString(), StringComparison.Ordinal);
    }

    private void Run(double degrees, double load, double minutes)
    {
        for (var end = now + TimeSpan.FromMinutes(minutes); now < end;)
        {
            Take(degrees, load: load);
        }
    }

    private void Take(double degrees, double? hottest = null, double load = 10)
    {
        now += TimeSpan.FromSeconds(0.5);
        channel.Take(new Celsius(degrees), hottest ?? degrees, load, air: 0.5, now);
    }
}
