namespace Firmware.Guard;

public class BootMomentTests
{
    [Theory]
    [InlineData("a", 100, "a", 130, 30)]
    [InlineData("a", 100, "a", 90, 0)] // nobody goes back in time
    [InlineData("a", 100, "b", 20, 20)] // what passed while the machine was off nobody knows
    [InlineData("a", 100, "", 500, 0)]
    [InlineData("", 100, "b", 500, 0)]
    [InlineData(null, 0, "b", 500, 0)] // a record that has none
    [InlineData("a", -1e300, "a", 130, 1e9)] // a damaged one
    [InlineData("a", double.PositiveInfinity, "a", 130, 0)]
    public void OnlyTimeThatHasPassedForCertainCounts(
        string? boot, double seconds, string laterBoot, double laterSeconds, double passed) =>
        Assert.Equal(
            passed, new BootMoment(laterBoot, laterSeconds).Since(new(boot, seconds)).TotalSeconds);

    [Fact]
    public void ThisBootHasANameAndGoesOn()
    {
        var first = BootMoment.Now();
        var second = BootMoment.Now();

        Assert.NotEqual("", first.Boot);
        Assert.Equal(first.Boot, second.Boot);
        Assert.True(second.Seconds >= first.Seconds);
    }
}
