using Drivers.Buses;

namespace Drivers.Sensors;

/// <summary>Register map and formats of TI's datasheet SBOS686.</summary>
public class Tmp451Tests
{
    private readonly FakeI2cDevice i2c = new(0x49) { ReadElsewhere = { [0x09] = 0x03 } };
    private readonly Tmp451 part;

    public Tmp451Tests()
    {
        part = new Tmp451(i2c, offAt: new Celsius(75));
        foreach (byte register in new[] { 0x00, 0x01, 0x03, 0x10, 0x15, 0x19, 0x20 })
        {
            i2c[register] = [0xFF];
        }

        i2c[0x02] = [0x00];
        i2c[0xFE] = [0x55];
    }

    [Theory]
    [InlineData(0x3C, 0x40, false, 60.25)]
    [InlineData(0x57, 0x30, true, 23.1875)]
    [InlineData(0x69, 0x40, true, 41.25)]
    [InlineData(0x00, 0x00, true, -64)]
    [InlineData(0x40, 0x00, true, 0)]
    public void DecodesTheReferencesExamples(byte high, byte low, bool extended, double degrees) =>
        Assert.Equal(new Celsius(degrees), Tmp451.Decode(high, low, extended));

    [Fact]
    public void TheReadingThatSetsItUpHasNoValueYetAndTheNextOneHas()
    {
        i2c[0x01] = [0x57]; // Before the set-up these bytes mean 87 °C.
        i2c[0x10] = [0x30];
        i2c[0x00] = [0x69];
        i2c[0x15] = [0x40];

        Assert.Equal(SensorFault.NotRead, part.Local.Read());
        Assert.Equal(SensorFault.NotRead, part.Remote.Read());
        Assert.Equal(new Celsius(23.1875), part.Remote.Read());
        Assert.Equal(new Celsius(41.25), part.Local.Read());
        Assert.Equal(["W 0904", "W 208B", "W 198B"], i2c.Writes); // Extended range; both THERM limits 75 °C.
    }

    [Fact]
    public void APartThatWasResetIsNotBelievedInTheWrongFormat()
    {
        ReadUntilReady(part.Remote);
        i2c[0x03] = [0x00];
        i2c[0x01] = [0x5A]; // 90 °C as a part tells it after a reset; 26 °C in the format we set.
        i2c[0x10] = [0x00];

        Assert.Equal(SensorFault.NotRead, part.Remote.Read());
        Assert.Equal(0x04, i2c[0x03][0]);
    }

    [Fact]
    public void AnOpenDiodeAndAShortedOneAreFaults()
    {
        ReadUntilReady(part.Remote);
        i2c[0x02] = [0x04];
        Assert.Equal(SensorFault.OpenDiode, part.Remote.Read());

        i2c[0x02] = [0x00];
        i2c[0x01] = [0x00];
        Assert.Equal(SensorFault.ShortedDiode, part.Remote.Read());
    }

    [Fact]
    public void ABrokenDiodeDoesNotSilenceThePartsOwnDie()
    {
        ReadUntilReady(part.Local);
        i2c[0x02] = [0x04];
        i2c[0x00] = [0x69];
        i2c[0x15] = [0x40];

        Assert.Equal(new Celsius(41.25), part.Local.Read());
    }

    [Fact]
    public void ADiodeOf191DegreesIsNotBelieved()
    {
        ReadUntilReady(part.Remote);
        i2c[0x01] = [0xFF];

        Assert.Equal(SensorFault.Implausible, part.Remote.Read());
    }

    [Theory]
    [InlineData(0x5D)] // An EMC2101's maker: it lives at 0x4C as well.
    [InlineData(0x41)]
    public void AnotherPartIsNeitherWrittenNorBelieved(byte manufacturer)
    {
        i2c[0xFE] = [manufacturer];

        Assert.False(part.IsPresent());
        Assert.Equal(SensorFault.NoAnswer, part.Remote.Read());
        Assert.Equal(SensorFault.NoAnswer, part.Local.Read());
        Assert.Empty(i2c.Writes);
    }

    [Fact]
    public void APartThatWasAwayIsIdentifiedAnew()
    {
        ReadUntilReady(part.Remote);
        i2c.Unplugged = true;
        Assert.Equal(SensorFault.NoAnswer, part.Remote.Read());

        i2c.Unplugged = false;
        i2c[0xFE] = [0x5D];
        Assert.Equal(SensorFault.NoAnswer, part.Remote.Read());
    }

    [Fact]
    public void AnAdt7461HasNoFractionOfItsOwnDie()
    {
        i2c[0xFE] = [0x41];
        var adt7461 = new Tmp451(i2c, new Celsius(75), Tmp451Maker.AnalogDevices);
        ReadUntilReady(adt7461.Local);
        i2c[0x00] = [0x69];

        Assert.Equal(new Celsius(41), adt7461.Local.Read());
        Assert.DoesNotContain("R 15", i2c.Transfers);
    }

    [Fact]
    public void AnNct218HasItsOwnDieAlone()
    {
        i2c[0xFE] = [0x1A];
        var nct218 = new Tmp451(i2c, new Celsius(75), Tmp451Maker.OnSemi);
        ReadUntilReady(nct218.Local);
        i2c[0x00] = [0x69];

        Assert.Equal(new Celsius(41), nct218.Local.Read());
        Assert.Equal(SensorFault.NoAnswer, nct218.Remote.Read());
        Assert.DoesNotContain("W 198B", i2c.Writes);
    }

    [Fact]
    public void NoLostTransferIsTakenForAReading()
    {
        i2c[0x01] = [0x57];
        var remote = part.Remote;
        remote.Read();
        remote.Read();
        var transfers = i2c.Transfers.Count;
        for (var lost = 0; lost < transfers; lost++)
        {
            i2c.FailingTransfer = lost;
            i2c.Transfers.Clear();
            var fresh = new Tmp451(i2c, new Celsius(75)).Remote;
            Assert.Contains(SensorFault.NoAnswer, new[] { fresh.Read().Fault, fresh.Read().Fault });
        }
    }

    /// <summary>The sensor has been set up, and has skipped its reading for it.</summary>
    private static void ReadUntilReady(ITemperatureSensor sensor) => sensor.Read();
}
