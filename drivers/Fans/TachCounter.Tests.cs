namespace Drivers.Fans;

/// <summary>Formula of the datasheets of EMC2103 and EMC230x at five edges a turn.</summary>
public class TachCounterTests
{
    [Theory]
    [InlineData(0x2E, 0x78, 1, 2644)]
    [InlineData(0x2E, 0x78, 2, 5289)]
    [InlineData(0x10, 0x00, 1, 7680)]
    [InlineData(0x10, 0x00, 2, 15360)]
    [InlineData(0x20, 0x00, 2, 7680)]
    public void DecodesTheReferencesCounts(byte high, byte low, int range, double rpm) =>
        Assert.Equal(rpm, TachCounter.Decode(high, low, range).Value!.Value.Value, 0.5);

    [Theory] // The formula calls it 960 rpm, and so do boards in the field.
    [InlineData(0xFF, 0xF8)]
    [InlineData(0xFF, 0xFF)]
    [InlineData(0xFF, 0x00)]
    public void AStandingFanHasNoSpeed(byte high, byte low) =>
        Assert.Equal(FanFault.Stopped, TachCounter.Decode(high, low, 2));

    [Theory]
    [InlineData(0x00, 0x00)]
    [InlineData(0x00, 0x07)]
    [InlineData(0x08, 0x30)] // Count 262: 30 016 rpm.
    public void AnImpossibleFanHasNoSpeed(byte high, byte low) =>
        Assert.Equal(FanFault.Implausible, TachCounter.Decode(high, low, 2));

    [Theory]
    [InlineData(15, 38)]
    [InlineData(50, 128)]
    [InlineData(100, 255)]
    [InlineData(0, 0)]
    public void RoundsDutyToTheReferencesSteps(int percent, byte step) =>
        Assert.Equal(step, TachCounter.StepOf(new DutyCycle(percent / 100.0)));
}
