namespace Drivers.Power;

/// <summary>Codes as firmware in the field writes them, recomputed from the resistors.</summary>
public class FeedbackNetworkTests
{
    [Theory]
    [InlineData(1.000, 0xFC)]
    [InlineData(1.100, 0xE1)]
    [InlineData(1.150, 0xD4)]
    [InlineData(1.166, 0xD0)]
    [InlineData(1.200, 0xC6)]
    [InlineData(1.300, 0xAB)]
    [InlineData(1.400, 0x90)]
    [InlineData(1.500, 0x0C)]
    [InlineData(1.800, 0x5D)]
    public void EncodesABitaxesVolts(double volts, byte code) =>
        Assert.Equal(code, FeedbackNetwork.Bitaxe.CodeOf(new Volts(volts)));

    [Theory]
    [InlineData(2.9, 0xFB)]
    [InlineData(3.0, 0xEA)]
    [InlineData(3.3, 0xB5)]
    [InlineData(3.5, 0x92)]
    [InlineData(3.6, 0x00)]
    [InlineData(3.8, 0x24)]
    [InlineData(4.0, 0x47)]
    [InlineData(4.3, 0x7B)]
    public void EncodesAnEmberOnesVolts(double volts, byte code) =>
        Assert.Equal(code, FeedbackNetwork.EmberOne.CodeOf(new Volts(volts)));

    [Theory]
    [InlineData(0x00, 1.4584)]
    [InlineData(0x7F, 1.9283)]
    [InlineData(0xFF, 0.9886)]
    public void KnowsWhatABitaxeReaches(byte code, double volts) =>
        Assert.Equal(volts, FeedbackNetwork.Bitaxe.VoltsOf(code).Value, 4);

    [Fact] // Firmware in the field writes 2.0 V as 0x93, which is 1.388 V; others wrap the other way round.
    public void NoVoltageSpillsIntoTheSign()
    {
        foreach (var volts in new[] { 0.0, 0.046, 0.98, 1.93, 2.0, 2.39, 12 })
        {
            Assert.Null(FeedbackNetwork.Bitaxe.CodeOf(new Volts(volts)));
        }
    }

    [Fact]
    public void EveryReachableVoltageComesBackWithinAStep()
    {
        for (var millivolts = 989; millivolts <= 1928; millivolts++)
        {
            var volts = millivolts / 1000.0;
            var code = FeedbackNetwork.Bitaxe.CodeOf(new Volts(volts))!.Value;
            Assert.Equal(volts, FeedbackNetwork.Bitaxe.VoltsOf(code).Value, 0.0037);
        }
    }
}
