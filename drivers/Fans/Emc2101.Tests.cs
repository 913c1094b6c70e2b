using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Fans;

/// <summary>Figures from the EMC2101 datasheet's formulas and tables, as recomputed for the Bitaxe boards.</summary>
public class Emc2101Tests
{
    private const byte BitaxeIdeality = 0x24;
    private const byte BitaxeBeta = 0x00;

    private readonly FakeI2cDevice i2c = new(0x4C);
    private readonly Emc2101 part;

    public Emc2101Tests()
    {
        part = new Emc2101(i2c, BitaxeIdeality, BitaxeBeta);
        i2c[0xFD] = [0x16];
        i2c[0xFE] = [0x5D];
        foreach (byte register in new[] { 0x00, 0x01, 0x03, 0x10, 0x17, 0x18, 0x46, 0x47, 0x4A, 0x4C })
        {
            i2c[register] = [0xFF];
        }
    }

    [Theory]
    [InlineData(0x19, 0x00, 25.0)]
    [InlineData(0x3C, 0xA0, 60.625)]
    [InlineData(0x4B, 0x20, 75.125)]
    [InlineData(0xFF, 0xE0, -0.125)]
    [InlineData(0x80, 0x00, -128)]
    public void DecodesTheReferencesTemperatures(byte high, byte low, double degrees) =>
        Assert.Equal(new Celsius(degrees), Emc2101.Decode(high, low));

    [Theory]
    [InlineData(0x7F, 0x00, SensorFault.OpenDiode)]
    [InlineData(0x7F, 0xE0, SensorFault.ShortedDiode)]
    public void ABrokenDiodeIsAFaultAndNot127Degrees(byte high, byte low, SensorFault fault) =>
        Assert.Equal(fault, Emc2101.Decode(high, low));

    [Fact]
    public void BitsBelowTheFractionDoNotCount() =>
        Assert.Equal(Emc2101.Decode(0x3C, 0xA0), Emc2101.Decode(0x3C, 0xBF));

    [Theory]
    [InlineData(1800, 3000)]
    [InlineData(1000, 5400)]
    [InlineData(5400, 1000)]
    public void DecodesTheReferencesTachCounts(int count, double rpm) =>
        Assert.Equal(new Rpm(rpm), Emc2101.DecodeTach(count));

    [Theory]
    [InlineData(0xFFFF, FanFault.Stopped)]
    [InlineData(0, FanFault.Implausible)]
    [InlineData(180, FanFault.Implausible)] // 30 000 rpm.
    public void AStandingFanAndAnImpossibleOneHaveNoSpeed(int count, FanFault fault) =>
        Assert.Equal(fault, Emc2101.DecodeTach(count));

    [Theory]
    [InlineData(15, 9)]
    [InlineData(25, 16)]
    [InlineData(30, 19)]
    [InlineData(50, 32)]
    [InlineData(70, 44)]
    [InlineData(100, 63)]
    public void RoundsDutyToTheReferencesSteps(int percent, byte step) =>
        Assert.Equal(step, Emc2101.StepOf(new DutyCycle(percent / 100.0)));

    [Fact]
    public void ReadsTheDiodeHighByteFirstBecauseThatLatchesTheLowOne()
    {
        i2c[0x01] = [0x3C];
        i2c[0x10] = [0xA0];

        Assert.Equal(new Celsius(60.625), part.External.Read());
        Assert.Equal(["R 01", "R 10"], i2c.Transfers.TakeLast(2));
    }

    [Fact]
    public void ReadsTheTachLowByteFirst()
    {
        i2c[0x46] = [0x08];
        i2c[0x47] = [0x07];

        Assert.Equal(new Rpm(3000), part.ReadSpeed());
        Assert.Equal(["R 46", "R 47"], i2c.Transfers.TakeLast(2));
    }

    [Theory]
    [InlineData(0x2D, 45)]
    [InlineData(0xFB, -5)]
    public void ReadsItsOwnDie(byte value, double degrees)
    {
        i2c[0x00] = [value];

        Assert.Equal(new Celsius(degrees), part.Internal.Read());
    }

    [Fact]
    public void MetalOfMinus128DegreesIsNotBelieved()
    {
        i2c[0x01] = [0x80];
        i2c[0x10] = [0x00];
        i2c[0x00] = [0x80];

        Assert.Equal(SensorFault.Implausible, part.External.Read());
        Assert.Equal(SensorFault.Implausible, part.Internal.Read());
    }

    [Fact]
    public void SetsItselfUpForTheBoardsDiodeWithTheFanFull()
    {
        part.ReadSpeed();

        Assert.Equal(["W 4A23", "W 4C3F", "W 0304", "W 1724", "W 1800"], i2c.Writes);
    }

    [Fact]
    public void SetsItselfUpOnce()
    {
        part.TryDrive(DutyCycle.Full);
        i2c.Transfers.Clear();

        Assert.True(part.TryDrive(new DutyCycle(0.5)));
        Assert.Equal(["W 4C20"], i2c.Writes);
    }

    [Theory]
    [InlineData(0xFD, 0x15)]
    [InlineData(0xFE, 0x55)] // A TMP451's manufacturer: it lives at the same address.
    public void AnotherPartIsNeitherDrivenNorBelieved(byte register, byte value)
    {
        i2c[register] = [value];

        Assert.False(part.IsPresent());
        Assert.False(part.TryDrive(DutyCycle.Full));
        Assert.False(part.TryHandOver());
        Assert.Equal(SensorFault.NoAnswer, part.External.Read());
        Assert.Equal(FanFault.NoAnswer, part.ReadSpeed());
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void TheVariantRIsTakenToo()
    {
        i2c[0xFD] = [0x28];

        Assert.True(part.IsPresent());
    }

    [Fact]
    public void AnUnpluggedPartIsAFaultAndNotZero()
    {
        i2c.Unplugged = true;

        Assert.Equal(SensorFault.NoAnswer, part.External.Read());
        Assert.Equal(SensorFault.NoAnswer, part.Internal.Read());
        Assert.Equal(FanFault.NoAnswer, part.ReadSpeed());
        Assert.Null(part.ReadDuty());
        Assert.False(part.TryDrive(DutyCycle.Full));
    }

    [Fact]
    public void DrivesAndReadsBack()
    {
        Assert.True(part.TryDrive(new DutyCycle(0.7)));
        Assert.Equal(44 / 63.0, part.ReadDuty()!.Value.Fraction, 12);
    }

    [Fact]
    public void ASettingThatDoesNotStickIsARefusal()
    {
        part.TryDrive(DutyCycle.Full);
        i2c.Stuck = 0x4C;

        Assert.False(part.TryDrive(new DutyCycle(0.5)));
        Assert.Equal(DutyCycle.Full, part.ReadDuty());
    }

    [Fact]
    public void APartThatWasResetIsSetUpAgain()
    {
        part.TryDrive(new DutyCycle(0.5));
        i2c[0x4A] = [0x20]; // Datasheet default.
        i2c[0x17] = [0x12];
        i2c.Transfers.Clear();

        Assert.Null(part.ReadDuty());
        Assert.True(part.TryDrive(new DutyCycle(0.5)));
        Assert.Contains("W 1724", i2c.Writes);
        Assert.Equal(32 / 63.0, part.ReadDuty()!.Value.Fraction, 12);
    }

    [Fact]
    public void HandsOverToACurveThatEndsFullAndTakesTheFanBack()
    {
        MakeRoomForTheCurve();

        Assert.True(part.TryHandOver());
        Assert.Equal(0x03, i2c[0x4A][0]);
        Assert.Equal([0, 25, 50, 38, 60, 63], Curve()[..6]);
        Assert.All(Curve()[6..].Where((_, index) => index % 2 == 1), step => Assert.Equal(63, step));
        Assert.Null(part.ReadDuty());
        Assert.True(part.TryDrive(DutyCycle.Full));
        Assert.Equal(DutyCycle.Full, part.ReadDuty());
    }

    [Fact]
    public void ACurveThatDoesNotStickIsNotHandedOverTo()
    {
        MakeRoomForTheCurve();
        i2c.Stuck = 0x55;

        Assert.False(part.TryHandOver());
        Assert.Equal(0x23, i2c[0x4A][0]);
    }

    [Fact]
    public void NoLostTransferIsTakenForSuccess()
    {
        MakeRoomForTheCurve();
        part.TryHandOver();
        var transfers = i2c.Transfers.Count;

        for (var lost = 0; lost < transfers; lost++)
        {
            i2c.FailingTransfer = lost;
            i2c.Transfers.Clear();
            Assert.False(new Emc2101(i2c, BitaxeIdeality, BitaxeBeta).TryHandOver());
        }
    }

    private void MakeRoomForTheCurve()
    {
        for (byte register = 0x50; register < 0x60; register++)
        {
            i2c[register] = [0xFF];
        }
    }

    private byte[] Curve() => [.. Enumerable.Range(0x50, 16).Select(register => i2c[(byte)register][0])];
}
