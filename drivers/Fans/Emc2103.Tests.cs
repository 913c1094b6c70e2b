using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Fans;

public class Emc2103Tests
{
    private const byte Ideality = 0x24;
    private const byte Beta = 0x00;

    private readonly FakeI2cDevice i2c = new(0x2E);
    private readonly Emc2103 part;

    public Emc2103Tests()
    {
        part = new Emc2103(i2c, Ideality, Beta);
        byte[] registers =
        [
            0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x11, 0x12, 0x14, 0x15, 0x20, 0x2A, 0x40, 0x42, 0x4E, 0x4F,
        ];
        Array.ForEach(registers, register => i2c[register] = [0xFF]);
        i2c[0xFD] = [0x26];
        i2c[0xFE] = [0x5D];
    }

    [Theory]
    [InlineData(0x19, 0x00, 25.0)]
    [InlineData(0x3C, 0xA0, 60.625)]
    [InlineData(0x3C, 0xBF, 60.625)]
    [InlineData(0xFF, 0xE0, -0.125)]
    [InlineData(0x7F, 0xE0, 127.875)]
    public void DecodesElevenBits(byte high, byte low, double degrees) =>
        Assert.Equal(new Celsius(degrees), Emc2103.Decode(high, low));

    [Fact]
    public void ABrokenDiodeIsAFaultAndNotMinus128Degrees() =>
        Assert.Equal(SensorFault.OpenDiode, Emc2103.Decode(0x80, 0x00));

    [Fact]
    public void EachTemperatureHasItsOwnPairHighByteFirst()
    {
        (i2c[0x00], i2c[0x01]) = ([0x19], [0x00]);
        (i2c[0x02], i2c[0x03]) = ([0x3C], [0xA0]);
        (i2c[0x04], i2c[0x05]) = ([0x80], [0x00]);

        Assert.Equal(new Celsius(25), part.Internal.Read());
        Assert.Equal(SensorFault.OpenDiode, part.External2.Read());
        Assert.Equal(new Celsius(60.625), part.External1.Read());
        Assert.Equal(["R 02", "R 03"], i2c.Transfers.TakeLast(2));
    }

    [Fact]
    public void MetalOfMinus64DegreesIsNotBelieved()
    {
        (i2c[0x02], i2c[0x03]) = ([0xC0], [0x00]);

        Assert.Equal(SensorFault.Implausible, part.External1.Read());
    }

    [Fact]
    public void ReadsTheTachHighByteFirst()
    {
        (i2c[0x4E], i2c[0x4F]) = ([0x20], [0x00]);

        Assert.Equal(new Rpm(7680), part.ReadSpeed());
        Assert.Equal(["R 4E", "R 4F"], i2c.Transfers.TakeLast(2));
        (i2c[0x4E], i2c[0x4F]) = ([0xFF], [0xF8]);
        Assert.Equal(FanFault.Stopped, part.ReadSpeed());
    }

    [Fact]
    public void SetsItselfUpOnceWithTheFanFull()
    {
        part.ReadSpeed();
        part.External1.Read();

        Assert.Equal(
            ["W 422B", "W 2A00", "W 40FF", "W 2000", "W 1124", "W 1224", "W 1400", "W 1500"],
            i2c.Writes);
    }

    [Fact]
    public void DrivesAndReadsBack()
    {
        Assert.True(part.TryDrive(new DutyCycle(0.5)));
        Assert.Equal(128 / 255.0, part.ReadDuty()!.Value.Fraction, 12);
        i2c.Stuck = 0x40;
        Assert.False(part.TryDrive(new DutyCycle(0.2)));
    }

    [Theory]
    [InlineData(0x42, 0xAB)] // Closed loop.
    [InlineData(0x11, 0x12)]
    [InlineData(0x14, 0x10)]
    public void APartThatWasResetIsSetUpAgain(byte register, byte factory)
    {
        part.TryDrive(new DutyCycle(0.5));
        i2c[register] = [factory];
        i2c.Transfers.Clear();

        Assert.True(part.TryDrive(new DutyCycle(0.5)));
        Assert.Contains("W 1124", i2c.Writes);
    }

    [Theory]
    [InlineData(0xFD, 0x36)] // An EMC2302: it lives at the same address.
    [InlineData(0xFE, 0x55)]
    public void AnotherPartIsNeitherDrivenNorBelieved(byte register, byte value)
    {
        i2c[register] = [value];

        Assert.False(part.IsPresent());
        Assert.False(part.TryDrive(DutyCycle.Full));
        Assert.Equal(SensorFault.NoAnswer, part.External1.Read());
        Assert.Equal(FanFault.NoAnswer, part.ReadSpeed());
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void AnUnpluggedPartIsAFaultAndNotZero()
    {
        i2c.Unplugged = true;

        Assert.Equal(SensorFault.NoAnswer, part.External1.Read());
        Assert.Equal(FanFault.NoAnswer, part.ReadSpeed());
        Assert.Null(part.ReadDuty());
        Assert.False(part.TryDrive(DutyCycle.Full));
    }

    [Fact]
    public void NoLostTransferIsTakenForSuccess()
    {
        part.TryDrive(DutyCycle.Full);
        var transfers = i2c.Transfers.Count;
        for (var lost = 0; lost < transfers; lost++)
        {
            i2c.FailingTransfer = lost;
            i2c.Transfers.Clear();
            Assert.False(new Emc2103(i2c, Ideality, Beta).TryDrive(DutyCycle.Full));
        }
    }
}
