using Drivers;

namespace Firmware.Guard;

public class LoweredToTests
{
    /// <summary>500 MHz of 625, at 1.150 V.</summary>
    private static GuardParts Board => new Plant().Parts;

    [Fact]
    public void WithoutACauseNothingIsLowered()
    {
        var parts = Board;

        Assert.Same(parts, default(LoweredTo).Of(parts));
        Assert.Null(default(LoweredTo).Words(parts));
    }

    [Theory]
    [InlineData(1, 475, 1.125)]
    [InlineData(3, 425, 1.075)]
    [InlineData(6, 350, 1.000)] // the lowest that the board takes
    [InlineData(50, 250, 1.000)]
    public void EachRestartTakesAStepOffClockAndVoltageButNotBelowTheMinimum(int steps, double clock, double volts)
    {
        var parts = Board;
        parts = new LoweredTo(steps, SafeProfile: false).Of(parts with
        {
            Rail = parts.Rail! with { VoltsMin = new Volts(1) },
        });

        Assert.Equal((clock, clock), (parts.Megahertz.Value, parts.MegahertzMax.Value));
        Assert.Equal(volts, parts.Rail!.SetPoint.Value, 6);
    }

    [Fact]
    public void AVoltageWhoseMinimumNobodyKnowsStaysWhereItIs() =>
        Assert.Equal(1.15, new LoweredTo(2, SafeProfile: false)
            .Of(Board with { Rail = Board.Rail! with { VoltsMin = null } }).Rail!.SetPoint.Value);

    [Fact]
    public void WhereTheFileSaysWhatAClockNeedsTheVoltageFollowsTheFileAlone()
    {
        var parts = new LoweredTo(2, SafeProfile: false).Of(
            new Plant(new(new(400), new(1.05)), new(new(450), new(1.1))).Parts);

        Assert.Equal((450.0, 1.15, 2), (parts.Megahertz.Value, parts.Rail!.SetPoint.Value, parts.Points.Count));
    }

    [Fact]
    public void TheSafeProfileIsTheLowestPointOfTheFile()
    {
        var parts = new LoweredTo(1, SafeProfile: true).Of(
            new Plant(new(new(400), new(1.05)), new(new(450), new(1.1))).Parts);

        Assert.Equal((400.0, 400.0), (parts.Megahertz.Value, parts.MegahertzMax.Value));
        Assert.Equal(1.05, parts.Rail!.SetPoint.Value);
        Assert.Empty(parts.Points);
    }

    [Fact]
    public void WithoutPointsItIsHalfOfTheClock()
    {
        var parts = new LoweredTo(0, SafeProfile: true).Of(Board);

        Assert.Equal((250.0, 250.0), (parts.Megahertz.Value, parts.MegahertzMax.Value));
        Assert.Equal(1.15, parts.Rail!.SetPoint.Value);
    }

    [Fact]
    public void TheWordsNameWhatTheBoardWouldHaveOtherwise()
    {
        var parts = Board;
        parts = parts with { Rail = parts.Rail! with { VoltsMin = new Volts(1) } };

        Assert.Equal(
            "450 MHz instead of 500 MHz and 1.100 V instead of 1.150 V: 2 automatic restart(s) in the last 24 hours",
            new LoweredTo(2, SafeProfile: false).Words(parts));
        Assert.Equal(
            "250 MHz instead of 500 MHz: 3 starts in a row have failed: the safe profile",
            new LoweredTo(2, SafeProfile: true).Words(parts));
    }
}
