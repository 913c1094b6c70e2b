using Drivers.Buses;

namespace Drivers.Sensors;

public class Tmp1075Tests
{
    private readonly FakeI2cDevice i2c = new(0x4A);
    private readonly Tmp1075 sensor;

    public Tmp1075Tests()
    {
        sensor = new Tmp1075(i2c, alertAt: new Celsius(75));
        i2c[0x00] = [0xFF, 0xFF];
        i2c[0x01] = [0xFF];
        i2c[0x02] = [0xFF, 0xFF];
        i2c[0x03] = [0xFF, 0xFF];
        i2c[0x0F] = [0x75, 0x00];
    }

    [Theory] // SBOS854, temperature data format
    [InlineData(0x7FF0, 127.9375)]
    [InlineData(0x6400, 100)]
    [InlineData(0x3C80, 60.5)]
    [InlineData(0x1900, 25)]
    [InlineData(0x0010, 0.0625)]
    [InlineData(0xFFF0, -0.0625)]
    [InlineData(0xE700, -25)]
    [InlineData(0x8000, -128)]
    public void DecodesTheDatasheetsExamples(ushort word, double degrees) =>
        Assert.Equal(new Celsius(degrees), Tmp1075.Decode(word));

    [Fact]
    public void ReadsWithTheHighByteFirst()
    {
        i2c[0x00] = [0x3C, 0x80];

        Assert.Equal(new Celsius(60.5), sensor.Read());
    }

    [Theory]
    [InlineData(0xFF, 0xFF)] // What an idle bus reads as.
    [InlineData(0x19, 0x01)]
    public void AWordThatThePartNeverSendsIsNotBelieved(byte high, byte low)
    {
        i2c[0x00] = [high, low];

        Assert.Equal(SensorFault.Implausible, sensor.Read());
    }

    [Fact]
    public void MetalOfMinus128DegreesIsNotBelieved()
    {
        i2c[0x00] = [0x80, 0x00];

        Assert.Equal(SensorFault.Implausible, sensor.Read());
    }

    [Fact]
    public void ItsAlertPinIsSetOnceToTheBoardsLimit()
    {
        sensor.Read();
        sensor.Read();

        Assert.Equal(["W 0100", "W 024600", "W 034B00"], i2c.Writes); // Runs; released at 70 °C, pulled at 75 °C.
    }

    [Fact]
    public void ALimitBelowZeroIsWrittenInTwosComplement()
    {
        new Tmp1075(i2c, alertAt: new Celsius(-0.0625)).Read();

        Assert.Contains("W 03FFF0", i2c.Writes);
    }

    [Fact]
    public void AnotherPartIsNeitherWrittenNorBelieved()
    {
        i2c[0x00] = [0x19, 0x00];
        i2c[0x0F] = [0x19, 0x00];

        Assert.False(sensor.IsPresent());
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void AnUnpluggedSensorIsAFaultAndIsIdentifiedAnewWhenItIsBack()
    {
        i2c[0x00] = [0x19, 0x00];
        sensor.Read();
        i2c.Unplugged = true;
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());

        i2c.Unplugged = false;
        i2c[0x0F] = [0x00, 0x00];
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());
        i2c[0x0F] = [0x75, 0x00];
        Assert.Equal(new Celsius(25), sensor.Read());
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x03)]
    public void ASettingThatDoesNotStickIsNoSensor(byte register)
    {
        i2c[0x00] = [0x19, 0x00];
        i2c.Stuck = register;

        Assert.Equal(SensorFault.NoAnswer, sensor.Read());
    }

    [Fact]
    public void NoLostTransferIsTakenForAReading()
    {
        i2c[0x00] = [0x19, 0x00];
        sensor.Read();
        var transfers = i2c.Transfers.Count;
        for (var lost = 0; lost < transfers; lost++)
        {
            i2c.FailingTransfer = lost;
            i2c.Transfers.Clear();
            Assert.Equal(SensorFault.NoAnswer, new Tmp1075(i2c, new Celsius(75)).Read());
        }
    }
}
