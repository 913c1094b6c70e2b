using Drivers.Buses;

namespace Drivers.Power;

/// <summary>INA260 (SBOS656), INA226 (SBOS547), INA228 (SBOSA20): formats, identities, doubts.</summary>
public class MetersTests
{
    private const double MilliOhms = 1e-3;

    public static TheoryData<string> Parts => ["ina260", "ina226", "ina228"];

    [Theory]
    [InlineData(0x2710, 12.5)]
    [InlineData(0x0FA0, 5)]
    [InlineData(0xFC18, -1.25)] // 80.67 A where the sign is forgotten.
    [InlineData(0x7FFF, 40.95875)]
    public void AnIna260sCurrentHasASign(ushort word, double amperes) =>
        Assert.Equal(amperes, Ina260.DecodeCurrent(word).Value, 9);

    [Theory]
    [InlineData(0x2710, 12.5, 100)]
    [InlineData(0x0FA0, 5, 40)]
    public void AnIna260sVoltsAndWattsHaveNone(ushort word, double volts, double watts)
    {
        Assert.Equal(volts, Ina260.DecodeVolts(word)!.Value.Value, 9);
        Assert.Equal(watts, Ina260.DecodePower(word).Value, 9);
    }

    [Fact] // SBOS547, the datasheet's example: 11.98 V, 20 mV over 2 mΩ.
    public void AnIna226MeasuresOverTheBoardsShunt()
    {
        Assert.Equal(11.98, Ina226.DecodeVolts(0x2570)!.Value.Value, 9);
        Assert.Equal(10, Ina226.DecodeCurrent(0x1F40, 2 * MilliOhms).Value, 9);
        Assert.Equal(-40, Ina226.DecodeCurrent(0x8300, 2 * MilliOhms).Value, 9); // −80 mV.
    }

    [Fact]
    public void AnIna228HasTwentyBits()
    {
        Assert.Equal(48, Ina228.DecodeVolts(0x3C000)!.Value.Value, 9);
        Assert.Equal(50, Ina228.DecodeCurrent(0x27100, MilliOhms).Value, 9);
        Assert.Equal(-0.0003125, Ina228.DecodeCurrent(-1, MilliOhms).Value, 12);
    }

    [Fact]
    public void MoreThanAPartCanMeasureIsNoMeasurement()
    {
        Assert.Null(Ina260.DecodeVolts(0xFFFF));
        Assert.Null(Ina226.DecodeVolts(0xFFFF));
        Assert.Null(Ina228.DecodeVolts(0x7FFFF));
        Assert.Null(Ina228.DecodeVolts(-1));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void ReadsVoltsAmperesAndWatts(string part)
    {
        var (i2c, meter) = New(part);

        var reading = meter.Read();

        Assert.Equal(12.5, reading.Bus!.Value.Value, 3);
        Assert.Equal(-1.25, reading.Current!.Value.Value, 3);
        Assert.Equal(part == "ina260" ? 15.63 : -15.625, reading.Power!.Value.Value, 2);
        Assert.NotEmpty(i2c.Writes);
        i2c.Transfers.Clear();
        meter.Read();
        Assert.Empty(i2c.Writes);
    }

    [Theory]
    [InlineData("ina260", "W 006927", "W 070FA0", "W 060801")] // Alert above 40 W, latched.
    [InlineData("ina226", "W 004927")]
    [InlineData("ina228", "W 000000", "W 01FB6B")]
    public void IsSetUpAtTheFirstReading(string part, params string[] writes)
    {
        var (i2c, meter) = New(part);
        meter.Read();

        Assert.Equal(writes, i2c.Writes);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void APartThatWasResetIsNotBelievedUntilItIsSetUpAgain(string part)
    {
        var (i2c, meter) = New(part);
        meter.Read();
        i2c[part == "ina228" ? (byte)0x01 : (byte)0x00] = [0x00, 0x00]; // Shut down: its values stand still.

        Assert.Equal(default, meter.Read());
        Assert.NotEqual(default, meter.Read());
    }

    [Theory]
    [InlineData("ina260", 0xFE)]
    [InlineData("ina260", 0xFF)]
    [InlineData("ina226", 0xFE)]
    [InlineData("ina226", 0xFF)]
    [InlineData("ina228", 0x3E)]
    [InlineData("ina228", 0x3F)]
    public void AnotherPartIsNeitherWrittenNorBelieved(string part, byte register)
    {
        var (i2c, meter) = New(part);
        i2c[register] = [0x22, 0x50];

        Assert.False(meter.IsPresent());
        Assert.Equal(default, meter.Read());
        Assert.Empty(i2c.Writes);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void NoLostTransferIsTakenForAMeasurement(string part)
    {
        var (whole, first) = New(part);
        var complete = first.Read();
        for (var lost = 0; lost < whole.Transfers.Count; lost++)
        {
            var (i2c, meter) = New(part);
            i2c.FailingTransfer = lost;
            var reading = meter.Read();
            Assert.NotEqual(complete, reading);
            Assert.True(reading.Bus is null || reading.Current is null || reading.Power is null);
        }
    }

    [Fact]
    public void AShuntOfNothingIsOurOwnMistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ina226(new FakeI2cDevice(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ina228(new FakeI2cDevice(), -1));
    }

    /// <summary>A meter of 12.5 V and −1.25 A, with every register that it uses.</summary>
    private static (FakeI2cDevice I2c, IPowerMeter Meter) New(string part)
    {
        var i2c = new FakeI2cDevice(0x40) { [0x00] = [0xFF, 0xFF], [0x01] = [0xFF, 0xFF] };
        switch (part)
        {
            case "ina260":
                (i2c[0x01], i2c[0x02], i2c[0x03]) = ([0xFC, 0x18], [0x27, 0x10], [0x06, 0x1B]);
                (i2c[0x06], i2c[0x07], i2c[0xFE], i2c[0xFF]) = ([0xFF, 0xFF], [0xFF, 0xFF], [0x54, 0x49], [0x22, 0x70]);
                return (i2c, new Ina260(i2c, alertAbove: new Watts(40)));
            case "ina226":
                (i2c[0x01], i2c[0x02], i2c[0xFE], i2c[0xFF]) = ([0xFE, 0x0C], [0x27, 0x10], [0x54, 0x49], [0x22, 0x60]);
                return (i2c, new Ina226(i2c, MilliOhms));
            default:
                (i2c[0x04], i2c[0x05]) = ([0xFF, 0x06, 0x0F], [0x0F, 0xA0, 0x0F]);
                (i2c[0x3E], i2c[0x3F]) = ([0x54, 0x49], [0x22, 0x81]);
                return (i2c, new Ina228(i2c, MilliOhms));
        }
    }
}
