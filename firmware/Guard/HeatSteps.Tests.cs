using Drivers;

namespace Firmware.Guard;

public class HeatStepsTests
{
    private static readonly Megahertz Desired = new(500);

    private readonly HeatSteps heat = new(new(new(625), []));
    private TimeSpan now;

    [Fact]
    public void ACoolBoardHasItsClock()
    {
        Run(above: -10, seconds: 3600);

        Assert.Null(heat.Cap);
    }

    [Fact]
    public void TheFirstSampleThatIsCriticalIsAStepDown()
    {
        Run(above: 0, seconds: 0.5);

        Assert.Equal(475, heat.Cap!.Value.Value);
    }

    [Fact]
    public void AsLongAsItDoesNotCoolEveryFiveSecondsAreAStep()
    {
        Run(above: 1, seconds: 21);

        Assert.Equal(500 - 5 * 25, heat.Cap!.Value.Value);
    }

    [Fact]
    public void WhatCoolsIsLetAlone()
    {
        for (var above = 2.0; above > 0; above -= 0.05) // 0.1 °C a second
        {
            Run(above, seconds: 0.5);
        }

        Assert.Equal(475, heat.Cap!.Value.Value);
    }

    [Fact]
    public void HalfwayToOffEveryTickIsAStep()
    {
        Run(above: 2.5, seconds: 4, severity: 0.5);

        Assert.Equal(500 - 8 * 25, heat.Cap!.Value.Value);
    }

    [Fact]
    public void ItNeverGoesBelowTheLowestClock()
    {
        Run(above: 4, seconds: 60, severity: 0.8);

        Assert.Equal(50, heat.Cap!.Value.Value);
    }

    [Fact]
    public void AStepIsTakenFromWhatIsGrantedIfSomethingElseHasLoweredItAlready()
    {
        now += TimeSpan.FromSeconds(0.5);
        heat.Step(new(1, 0.2, "chip"), granted: new(300), Desired, now);

        Assert.Equal(275, heat.Cap!.Value.Value);
    }

    [Theory]
    [InlineData(-2.9, 475)] // no hysteresis yet
    [InlineData(-3, 500)]
    public void AStepUpNeedsRoomForHalfAMinute(double above, double cap)
    {
        Run(above: 0, seconds: 0.5);
        Run(above, seconds: 29);
        Assert.Equal(475, heat.Cap!.Value.Value);

        Run(above, seconds: 2);
        Assert.Equal(cap, heat.Cap?.Value ?? 500);
    }

    [Fact]
    public void RoomThatIsLostInBetweenDoesNotCount()
    {
        Run(above: 0, seconds: 0.5);
        for (var i = 0; i < 20; i++)
        {
            Run(above: -5, seconds: 25);
            Run(above: -1, seconds: 1);
        }

        Assert.Equal(475, heat.Cap!.Value.Value);
    }

    [Fact]
    public void MuchRoomIsTakenSooner()
    {
        Run(above: 2, seconds: 21);
        Run(above: -8, seconds: 60);

        Assert.Null(heat.Cap);
    }

    [Fact]
    public void AStepUpThatHasToBeTakenBackIsTriedEverMoreRarely()
    {
        Run(above: 0, seconds: 0.5);
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            var begun = now;
            while (heat.Cap is { Value: < 500 })
            {
                Run(above: -3.5, seconds: 0.5);
            }

            waits.Add((now - begun).TotalSeconds);
            Run(above: 0, seconds: 0.5);
            Assert.Equal(475, heat.Cap!.Value.Value);
        }

        Assert.Equal([30, 60, 120, 240, 480, 960, 1800, 1800], waits.Select(wait => Math.Floor(wait / 10) * 10));
    }

    [Fact]
    public void APointOnTheWayIsNotJumpedOver()
    {
        var points = new HeatSteps(new(new(625), [new(new(485), new(1.1)), new(new(440), new(1.05))]));
        double[] clocks = new double[3];
        for (var i = 0; i < clocks.Length; i++)
        {
            now += TimeSpan.FromSeconds(5);
            points.Step(new(1, 0.2, "chip"), points.Cap ?? Desired, Desired, now);
            clocks[i] = points.Cap!.Value.Value;
        }

        Assert.Equal([485, 460, 440], clocks);
    }

    private void Run(double above, double seconds, double severity = 0.2)
    {
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end;)
        {
            now += TimeSpan.FromSeconds(0.5);
            heat.Step(new(above, severity, "chip"), heat.Cap ?? Desired, Desired, now);
        }
    }
}
