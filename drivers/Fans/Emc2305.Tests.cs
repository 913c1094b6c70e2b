using Drivers.Buses;

namespace Drivers.Fans;

public class Emc2305Tests
{
    private readonly FakeI2cDevice i2c = new(0x2F);
    private readonly Emc2305 part;

    public Emc2305Tests()
    {
        part = new Emc2305(i2c, Emc230xModel.Emc2302);
        byte[] registers = [0x20, 0x2A, 0x2B, 0x30, 0x32, 0x3E, 0x3F, 0x40, 0x42, 0x4E, 0x4F];
        Array.ForEach(registers, register => i2c[register] = [0xFF]);
        i2c[0xFD] = [0x36];
        i2c[0xFE] = [0x5D];
    }

    [Theory] // DS20006532, product identification
    [InlineData(Emc230xModel.Emc2305, 0x34, 5)]
    [InlineData(Emc230xModel.Emc2303, 0x35, 3)]
    [InlineData(Emc230xModel.Emc2302, 0x36, 2)]
    [InlineData(Emc230xModel.Emc2301, 0x37, 1)]
    public void EachOfTheFamilyHasItsIdentityAndItsFans(Emc230xModel model, byte product, int fans)
    {
        i2c[0xFD] = [product];
        var one = new Emc2305(i2c, model);

        Assert.True(one.IsPresent());
        Assert.Equal(fans, one.FanCount);
        Assert.NotNull(one[fans - 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => one[fans]);
        Assert.Throws<ArgumentOutOfRangeException>(() => one[-1]);
    }

    [Fact]
    public void SetsItselfUpOnceWithEveryFanFullAndTheWatchdogLast()
    {
        part[0].ReadSpeed();
        part[1].ReadSpeed();

        Assert.Equal(["W 2A00", "W 2B00", "W 322B", "W 30FF", "W 422B", "W 40FF", "W 2060"], i2c.Writes);
    }

    [Fact]
    public void EachFanHasItsOwnRegisters()
    {
        Assert.True(part[0].TryDrive(new DutyCycle(0.15)));
        Assert.True(part[1].TryDrive(new DutyCycle(0.5)));
        (i2c[0x3E], i2c[0x3F]) = ([0x2E], [0x78]);
        (i2c[0x4E], i2c[0x4F]) = ([0xFF], [0xF8]);

        Assert.Equal(38 / 255.0, part[0].ReadDuty()!.Value.Fraction, 12);
        Assert.Equal(128 / 255.0, part[1].ReadDuty()!.Value.Fraction, 12);
        Assert.Equal(5289, part[0].ReadSpeed().Value!.Value.Value, 0.5);
        Assert.Equal(["R 3E", "R 3F"], i2c.Transfers.TakeLast(2)); // The high byte latches the low one.
        Assert.Equal(FanFault.Stopped, part[1].ReadSpeed());
    }

    [Fact]
    public void APartThatWasResetIsUnwatchedAndIsSetUpAgain()
    {
        part[0].TryDrive(new DutyCycle(0.5));
        i2c[0x20] = [0x40];

        Assert.Null(part[0].ReadDuty());
        Assert.True(part[0].TryDrive(new DutyCycle(0.5)));
        Assert.Equal(0x60, i2c[0x20][0]);
        Assert.Equal(0xFF, i2c[0x40][0]);
    }

    [Theory]
    [InlineData(0xFD, 0x34)]
    [InlineData(0xFE, 0x55)]
    public void AnotherPartIsNeitherDrivenNorBelieved(byte register, byte value)
    {
        i2c[register] = [value];

        Assert.False(part.IsPresent());
        Assert.False(part[0].TryDrive(DutyCycle.Full));
        Assert.Equal(FanFault.NoAnswer, part[0].ReadSpeed());
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void AnUnpluggedPartIsAFaultAndNotZero()
    {
        i2c.Unplugged = true;

        Assert.Equal(FanFault.NoAnswer, part[1].ReadSpeed());
        Assert.Null(part[1].ReadDuty());
        Assert.False(part[1].TryDrive(DutyCycle.Full));
    }

    [Theory]
    [InlineData(0x20)]
    [InlineData(0x2A)]
    [InlineData(0x2B)]
    [InlineData(0x30)]
    [InlineData(0x32)]
    [InlineData(0x42)]
    public void ASettingThatDoesNotStickIsARefusal(byte register)
    {
        i2c[register] = [0x55];
        i2c.Stuck = register;

        Assert.False(part[0].TryDrive(new DutyCycle(0.5)));
    }

    [Fact]
    public void NoLostTransferIsTakenForSuccess()
    {
        part[1].TryDrive(DutyCycle.Full);
        var transfers = i2c.Transfers.Count;
        for (var lost = 0; lost < transfers; lost++)
        {
            i2c.FailingTransfer = lost;
            i2c.Transfers.Clear();
            Assert.False(new Emc2305(i2c, Emc230xModel.Emc2302)[1].TryDrive(DutyCycle.Full));
        }
    }
}
