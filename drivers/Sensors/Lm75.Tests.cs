using Drivers.Buses;

namespace Drivers.Sensors;

public class Lm75Tests
{
    private readonly FakeI2cDevice i2c = new(0x48)
    {
        [0x00] = [0xFF, 0xFF],
        [0x01] = [0x00],
        [0x02] = [0x4B, 0x00], // 75 °C and 80 °C: what the whole family holds after power-on.
        [0x03] = [0x50, 0x00],
    };

    [Theory] // Datasheets of LM75A (11 bits) and TMP75 (12 bits)
    [InlineData(12, 0x1900, 25)]
    [InlineData(12, 0x6400, 100)]
    [InlineData(12, 0x7FF0, 127.9375)]
    [InlineData(12, 0xE700, -25)]
    [InlineData(12, 0xFFF0, -0.0625)]
    [InlineData(12, 0x8000, -128)]
    [InlineData(12, 0x3C80, 60.5)]
    [InlineData(11, 0x7FE0, 127.875)]
    [InlineData(11, 0x0020, 0.125)]
    [InlineData(11, 0xFFE0, -0.125)]
    [InlineData(9, 0x7D00, 125)]
    [InlineData(9, 0xFF80, -0.5)]
    public void DecodesTheDatasheetsExamples(int bits, ushort word, double degrees) =>
        Assert.Equal(new Celsius(degrees), Lm75.Decode(word, bits));

    [Fact]
    public void BitsBelowItsResolutionDoNotCount()
    {
        Assert.Equal(Lm75.Decode(0x3C80, 9), Lm75.Decode(0x3CFF, 9));
        Assert.Equal(Lm75.Decode(0x3C80, 11), Lm75.Decode(0x3C9F, 11));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(13)]
    public void AResolutionThatNoPartHasIsOurOwnMistake(int bits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lm75(i2c, bits));

    [Fact]
    public void ReadsWithTheHighByteFirstAndWritesNothing()
    {
        i2c[0x00] = [0x3C, 0x80];

        Assert.Equal(new Celsius(60.5), new Lm75(i2c, 12).Read());
        Assert.Empty(i2c.Writes);
    }

    [Theory]
    [InlineData(0x01, new byte[] { 0x01 })] // Shut down: it would tell one old temperature for ever.
    [InlineData(0x01, new byte[] { 0xFF })]
    [InlineData(0x02, new byte[] { 0x4B, 0x01 })] // No limit ends in a 1.
    [InlineData(0x03, new byte[] { 0xFF, 0xFF })]
    [InlineData(0x03, new byte[] { 0x4B, 0x00 })] // Limit and hysteresis alike.
    public void WhatCannotBeSuchAPartIsNotTakenForOne(byte register, byte[] value)
    {
        i2c[0x00] = [0x19, 0x00];
        i2c[register] = value;

        Assert.False(new Lm75(i2c, 12).IsPresent());
        Assert.Equal(SensorFault.NoAnswer, new Lm75(i2c, 12).Read());
    }

    [Fact]
    public void AnIdleBusAndImpossibleMetalAreFaults()
    {
        var sensor = new Lm75(i2c, 12);
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());
        i2c[0x00] = [0x80, 0x00];
        Assert.Equal(SensorFault.Implausible, sensor.Read());
    }

    [Fact]
    public void AnUnpluggedSensorIsAFaultAndIsLookedAtAnewWhenItIsBack()
    {
        var sensor = new Lm75(i2c, 11);
        i2c[0x00] = [0x19, 0x00];
        Assert.Equal(new Celsius(25), sensor.Read());
        i2c.Unplugged = true;
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());

        i2c.Unplugged = false;
        i2c[0x01] = [0x01];
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());
        i2c[0x01] = [0x00];
        Assert.Equal(new Celsius(25), sensor.Read());
    }
}
