namespace Simulator.Parts;

public class Tmp451ChipTests
{
    private readonly Tmp451Chip chip = new(maker: 0x55);

    [Theory] // Reference §4.10
    [InlineData(0x00, 60.25, 0x3C, 0x40)]
    [InlineData(0x00, -5, 0x00, 0x00)]
    [InlineData(0x00, 140, 0x7F, 0x00)]
    [InlineData(0x04, 23.1875, 0x57, 0x30)]
    [InlineData(0x04, 41.25, 0x69, 0x40)]
    [InlineData(0x04, -64, 0x00, 0x00)]
    public void TemperaturesReadInTheRangeThatIsConfigured(byte configuration, double degrees, byte high, byte low)
    {
        Assert.True(chip.Transfer([0x09, configuration], []));
        (chip.RemoteDegrees, chip.LocalDegrees) = (degrees, degrees);
        chip.Convert();

        Assert.Equal([high, low, high, low], new[] { Read(0x01), Read(0x10), Read(0x00), Read(0x15) });
    }

    [Fact]
    public void ANewRangeWaitsForTheNextConversion()
    {
        chip.RemoteDegrees = 90;
        chip.Convert();
        chip.Transfer([0x09, 0x04], []);

        Assert.Equal(90, Read(0x01));
        chip.Convert();
        Assert.Equal(90 + 64, Read(0x01));
    }

    [Fact]
    public void ABrokenDiodeShowsInTheStatusOrAsTheLowestReading()
    {
        chip.Transfer([0x09, 0x04], []);
        chip.Wires = DiodeWires.Open;
        chip.Convert();
        Assert.Equal(0x04, Read(0x02));

        chip.Wires = DiodeWires.Shorted;
        chip.Convert();
        Assert.Equal((0x00, 0x00), (Read(0x02), Read(0x01)));
    }

    [Fact]
    public void TheThermPinFollowsItsLimitsWithTheirHysteresis()
    {
        chip.LocalDegrees = 40;
        foreach (var (degrees, low) in new[] { (107.9, false), (108, true), (99, true), (97.9, false) })
        {
            chip.RemoteDegrees = degrees;
            chip.Convert();
            Assert.Equal(low, chip.ThermLow);
        }
    }

    [Fact]
    public void AnNct218HasNoRemoteDiodeAndAnAdt7461NoLocalFraction()
    {
        Assert.False(new Tmp451Chip(0x1A).Transfer([0x01], new byte[1]));
        Assert.False(new Tmp451Chip(0x41).Transfer([0x15], new byte[1]));
    }

    private byte Read(byte register)
    {
        var bytes = new byte[1];
        Assert.True(chip.Transfer([register], bytes));
        return bytes[0];
    }
}
