namespace Simulator.Parts;

public class FanChipsTests
{
    private readonly Emc2305Chip chip = new(product: 0x36);

    [Theory] // Reference §4.4
    [InlineData(0x0B, 2644, 0x2E, 0x78)]
    [InlineData(0x2B, 5289, 0x2E, 0x78)]
    [InlineData(0x2B, 15360, 0x10, 0x00)]
    [InlineData(0x2B, 0, 0xFF, 0xF8)]
    [InlineData(0x2B, 900, 0xFF, 0xF8)] // Slower than the range can count.
    public void TheTachCountsCyclesOfATurn(byte configuration, double rpm, byte high, byte low)
    {
        var fan = new FanDrive { Configuration = configuration, Rpm = rpm };

        Assert.Equal((high, low), (fan.ReadTachHigh(), fan.ReadTachLow()));
    }

    [Theory]
    [InlineData(0x34, 5)]
    [InlineData(0x35, 3)]
    [InlineData(0x36, 2)]
    [InlineData(0x37, 1)]
    public void AFanThatThePartDoesNotHaveIsNotAcknowledged(byte product, int fans)
    {
        var part = new Emc2305Chip(product);
        for (var fan = 0; fan < 5; fan++)
        {
            Assert.Equal(fan < fans, part.Transfer([(byte)(0x30 + 0x10 * fan)], new byte[1]));
        }
    }

    [Fact]
    public void AfterPowerOnTheWatchdogWaitsForTheFirstDriveAlone()
    {
        chip.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, chip.Fans[1].Duty);

        chip.Transfer([0x40, 0x10], []);
        chip.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0x10 / 255.0, chip.Fans[1].Duty);
    }

    [Fact]
    public void WithItsBitSetTheWatchdogEndsEverySilenceOfFourSeconds()
    {
        chip.Transfer([0x20, 0x60], []);
        chip.Transfer([0x30, 0x10], []);
        chip.Advance(TimeSpan.FromSeconds(3.9));
        chip.Transfer([0xFD], new byte[1]);
        chip.Advance(TimeSpan.FromSeconds(3.9));
        Assert.Equal(0x10 / 255.0, chip.Fans[0].Duty);

        chip.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, chip.Fans[0].Duty);
        Assert.Equal(0x80, Read(0x24));
        Assert.Equal(0x00, Read(0x24)); // Cleared by reading.
    }

    [Theory]
    [InlineData(25.0, 0x19, 0x00)]
    [InlineData(60.625, 0x3C, 0xA0)]
    [InlineData(-0.125, 0xFF, 0xE0)]
    [InlineData(null, 0x80, 0x00)]
    public void AnEmc2103TellsEighthsOfADegreeAndOneCodeForABrokenDiode(double? degrees, byte high, byte low)
    {
        var part = new Emc2103Chip { Degrees = { [2] = degrees } };
        var bytes = new byte[2];
        part.Transfer([0x04], bytes.AsSpan(0, 1));
        part.Degrees[2] = 99; // The high byte latched the low one.
        part.Transfer([0x05], bytes.AsSpan(1, 1));

        Assert.Equal([high, low], bytes);
    }

    private byte Read(byte register)
    {
        var bytes = new byte[1];
        Assert.True(chip.Transfer([register], bytes));
        return bytes[0];
    }
}
