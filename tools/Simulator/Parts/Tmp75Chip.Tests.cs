namespace Simulator.Parts;

public class Tmp75ChipTests
{
    private readonly Tmp75Chip chip = new(bits: 12, isTmp1075: true);

    [Theory] // Reference §4.10
    [InlineData(12, 25, 0x1900)]
    [InlineData(12, 60.5, 0x3C80)]
    [InlineData(12, -0.0625, 0xFFF0)]
    [InlineData(12, -25, 0xE700)]
    [InlineData(12, 200, 0x7FF0)]
    [InlineData(11, 60.6, 0x3C80)]
    [InlineData(9, 60.6, 0x3C80)]
    public void ATemperatureReadsLeftJustified(int bits, double degrees, int word)
    {
        var part = new Tmp75Chip(bits, isTmp1075: false) { Degrees = degrees };

        Assert.Equal(word, Word(part, 0x00));
    }

    [Fact]
    public void OnlyATmp1075HasAnIdentity()
    {
        Assert.Equal(0x7500, Word(chip, 0x0F));
        Assert.False(new Tmp75Chip(12, isTmp1075: false).Transfer([0x0F], new byte[2]));
    }

    [Fact]
    public void TheComparatorPullsItsPinAtTheLimitAndLetsGoAtTheOther()
    {
        Assert.True(chip.Transfer([0x03, 0x46, 0x00], []));
        Assert.True(chip.Transfer([0x02, 0x41, 0x00], []));
        foreach (var (degrees, low) in new[] { (69.9, false), (70, true), (66, true), (64.9, false) })
        {
            chip.Degrees = degrees;
            Assert.Equal(low, chip.PinLow);
        }
    }

    [Fact]
    public void APartThatIsShutDownTellsItsLastTemperatureForEver()
    {
        chip.Degrees = 25;
        chip.Transfer([0x01, 0x01], []);
        chip.Degrees = 90;

        Assert.Equal(0x1900, Word(chip, 0x00));
    }

    [Fact]
    public void SilenceIsNoAcknowledge()
    {
        chip.Silent = true;

        Assert.False(chip.Transfer([0x00], new byte[2]));
    }

    private static int Word(Tmp75Chip part, byte register)
    {
        var bytes = new byte[2];
        Assert.True(part.Transfer([register], bytes));
        return bytes[0] << 8 | bytes[1];
    }
}
