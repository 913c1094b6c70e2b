using System.Device.Gpio;
using Drivers.Buses;

namespace Drivers.Power;

public class Ds4432uTests
{
    private const int EnablePin = 10;

    private readonly FakeI2cDevice i2c = new(0x48) { [0xF8] = [0xA5], [0xF9] = [0x00] };
    private readonly FakePins pins = new() { [EnablePin] = PinValue.Low };
    private readonly Ds4432u rail; // Low switches on, as on the older Bitaxe boards.

    public Ds4432uTests() => rail = New(pins.Open(EnablePin));

    [Fact]
    public void IsConfiguredWithTheOutputOffAndTheVoltageLow()
    {
        Assert.True(rail.TryConfigure());
        Assert.Equal(PinValue.High, pins[EnablePin]);
        Assert.Equal(["W F8E1"], i2c.Writes); // 1.1 V.
    }

    [Fact]
    public void StaysOffUntilItIsConfigured()
    {
        pins[EnablePin] = PinValue.High;

        Assert.False(rail.TryTurnOn(new Volts(1.2)));
        Assert.Equal(PinValue.High, pins[EnablePin]);
        Assert.Empty(i2c.Writes);
    }

    [Theory]
    [InlineData(1.2, "W F8C6")]
    [InlineData(0.046, "W F8E1")] // Clamped to 1.1 V.
    [InlineData(-1, "W F8E1")]
    [InlineData(2.0, "W F8AB")] // Clamped to 1.3 V.
    [InlineData(1e9, "W F8AB")]
    public void SetsTheVoltageWithinItsLimitsBeforeItSwitchesOn(double volts, string write)
    {
        rail.TryConfigure();
        i2c.Transfers.Clear();
        pins.Writes.Clear();

        Assert.True(rail.TryTurnOn(new Volts(volts)));
        Assert.Equal([write], i2c.Writes);
        Assert.Equal(PinValue.Low, pins[EnablePin]);
    }

    [Fact] // Above the nominal 1.458 V the code is rounded up, and so is the voltage.
    public void RoundingUpDoesNotPassTheUpperLimit()
    {
        var high = new Ds4432u(
            i2c, FeedbackNetwork.Bitaxe, new Volts(1.1), new Volts(1.5), pins.Open(11), PinValue.Low);
        high.TryConfigure();

        Assert.True(high.TryTurnOn(new Volts(1.5)));
        Assert.Equal(0x0B, i2c[0xF8][0]);
        Assert.True(FeedbackNetwork.Bitaxe.VoltsOf(0x0B).Value <= 1.5);
    }

    [Fact]
    public void LimitsThatTheDacCannotReachAreRefused()
    {
        var impossible = new Ds4432u(
            i2c, FeedbackNetwork.Bitaxe, new Volts(0.5), new Volts(2.5), pins.Open(11), PinValue.Low);

        Assert.False(impossible.TryConfigure());
        Assert.False(impossible.TryTurnOn(new Volts(2.0)));
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void ACodeThatDoesNotStickDoesNotSwitchOn()
    {
        rail.TryConfigure();
        i2c.Stuck = 0xF8;

        Assert.False(rail.TryTurnOn(new Volts(1.3)));
        Assert.Equal(PinValue.High, pins[EnablePin]);
    }

    [Fact]
    public void SwitchesOffWithoutTheDac()
    {
        rail.TryConfigure();
        rail.TryTurnOn(new Volts(1.2));
        i2c.Unplugged = true;

        Assert.True(rail.TryTurnOff());
        Assert.Equal(PinValue.High, pins[EnablePin]);
    }

    [Fact]
    public void APinThatDoesNotFollowIsNotCalledOff()
    {
        pins.Stuck = true;
        Assert.False(rail.TryTurnOff());
        Assert.False(rail.TryConfigure());

        (pins.Stuck, pins.Broken) = (false, true);
        Assert.False(rail.TryTurnOff());
    }

    [Fact]
    public void ABoardWithoutThePinIsLoweredAndNeverCalledOff()
    {
        var bare = New(enable: null);

        Assert.True(bare.TryConfigure());
        Assert.True(bare.TryTurnOn(new Volts(1.2)));
        Assert.False(bare.TryTurnOff());
        Assert.Equal(0xE1, i2c[0xF8][0]);
    }

    [Fact] // An LM75 that may sit at the same address answers there too, or nothing does.
    public void WhatCannotBeTheDacIsNotDriven()
    {
        i2c[0xF9] = [0xFF];
        Assert.False(rail.IsPresent());
        Assert.False(rail.TryConfigure());

        i2c.Unplugged = true;
        Assert.False(rail.IsPresent());
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void TellsTheOutputThatTheBoardMeasuresAndNothingElse()
    {
        Assert.Equal(default(RailReading) with { IsOn = true }, rail.Read()); // Its pin is low.
        var measured = New(pins.Open(11), () => new Volts(1.19));
        Assert.Equal(default(RailReading) with { Output = new Volts(1.19), IsOn = true }, measured.Read()); // Pin low.
    }

    private Ds4432u New(GpioPin? enable, Func<Volts?>? measure = null) =>
        new(i2c, FeedbackNetwork.Bitaxe, new Volts(1.1), new Volts(1.3), enable, PinValue.Low, measure);
}
