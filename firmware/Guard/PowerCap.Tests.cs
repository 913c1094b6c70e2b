using CsCheck;
using Drivers;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>The cap beside chips whose power follows clock and voltage, a mine that walks, and a meter.</summary>
public class PowerCapTests
{
    private static readonly Megahertz Desired = new(525);
    private static readonly OperatingPoint[] Points = [new(new(300), new(1.05)), new(new(450), new(1.10))];

    private double leakage = 0.08;
    private double watts = 18.5;
    private double noise;
    private double clock = 525;
    private OperatingPoint[] points = [];
    private PowerCap cap = new(new(new(625), []), _ => new(1.15));
    private TimeSpan now;

    [Fact]
    public void WithoutALimitThereIsNone()
    {
        Run(null, 60);

        Assert.Null(cap.Cap);
    }

    [Fact]
    public void ALimitAboveWhatIsDrawnAsksForNothing()
    {
        Run(19, 600);

        Assert.Null(cap.Cap);
        Assert.Equal(525, clock);
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(15, 0.08)]
    [InlineData(15, 0.25)]
    [InlineData(10, 0.08)]
    [InlineData(10, 0.25)]
    [InlineData(7, 0.08)]
    public void ALimitIsReachedWithinTenSecondsAndKept(double limit, double leaks)
    {
        leakage = leaks;
        Run(limit, 10);
        Assert.True(Drawn() <= limit, $"{Drawn()} W");

        var clocks = Run(limit, 600);
        Assert.All(clocks, drawn => Assert.True(drawn.Watts <= limit, $"{drawn.Watts} W"));
        Assert.True(Drawn() >= 0.85 * limit, $"Only {Drawn()} W of {limit} W are used.");
        Assert.Single(clocks.TakeLast(600).Select(drawn => drawn.Clock).Distinct());
    }

    [Fact]
    public void VoltageThatGoesAlongIsForeseen()
    {
        points = Points;
        cap = new(new(new(625), Points), VoltsFor);
        Run(10, 10);
        Assert.True(Drawn() <= 10, $"{Drawn()} W");

        Assert.All(Run(10, 600), drawn => Assert.True(drawn.Watts <= 10, $"{drawn.Watts} W"));
        Assert.True(Drawn() >= 8, $"Only {Drawn()} W are used.");
    }

    [Fact]
    public void AMeterThatTremblesMakesNoOscillation()
    {
        noise = 0.02;
        Run(14, 120);
        var clocks = Run(14, 1200).Select(drawn => drawn.Clock).ToArray();

        var turns = clocks.Zip(clocks.Skip(1)).Count(pair => pair.First != pair.Second);
        Assert.True(turns <= 8, $"The clock was changed in {turns} ticks of {clocks.Length}.");
    }

    [Fact]
    public void OneSampleAboveTheLimitMeansNothing()
    {
        Step(18, 18.4);
        Step(18, 17.5);
        Step(18, 18.4);

        Assert.Null(cap.Cap);
    }

    [Fact]
    public void ALimitThatIsTakenAwayGivesTheClockBack()
    {
        Run(10, 60);
        Run(null, 30);

        Assert.Null(cap.Cap);
        Assert.Equal(525, clock);
    }

    [Fact]
    public void ALimitBelowTheLowestClockIsSaidToBeOutOfReach()
    {
        Run(1, 30);

        Assert.Equal(50, cap.Cap!.Value.Value);
        Assert.True(cap.IsOutOfReach);
    }

    [Fact]
    public void WhatWasFoundOutHoldsWhileNothingIsMeasured()
    {
        Run(10, 60);
        var found = cap.Cap;
        for (var i = 0; i < 100; i++)
        {
            Step(10, null);
        }

        Assert.Equal(found, cap.Cap);
    }

    [Fact]
    public void WhateverTheSiliconTheLimitIsKept() =>
        Gen.Select(Gen.Double[4, 20], Gen.Double[0, 0.25], Gen.Double[10, 30]).Sample((limit, leaks, draws) =>
        {
            var any = new PowerCapTests { leakage = leaks, watts = draws };
            any.Run(limit, 20);
            var drawn = any.Run(limit, 300);
            Assert.All(drawn, each => Assert.True(each.Watts <= limit || each.Clock <= 50, $"{each}"));
        });

    private double Drawn() => watts * Math.Pow(VoltsFor(new(clock)).Value / 1.15, 2)
        * (leakage + (1 - leakage) * clock / 525);

    private Volts VoltsFor(Megahertz at) =>
        points.FirstOrDefault(point => point.Megahertz.Value >= at.Value, new(default, new(1.15))).Volts;

    /// <summary>Two ticks a second; mine follows by 6.25 MHz in 100 ms.</summary>
    private List<(double Clock, double Watts)> Run(double? limit, double seconds)
    {
        var drawn = new List<(double, double)>();
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end;)
        {
            var tremble = 1 + noise * Math.Sin(now.TotalSeconds * 7.3);
            Step(limit, Drawn() * tremble);
            var goal = Math.Min(525, cap.Cap?.Value ?? 525);
            clock += Math.Clamp(goal - clock, -31.25, 31.25);
            drawn.Add((clock, Drawn()));
        }

        return drawn;
    }

    private void Step(double? limit, double? drawn)
    {
        now += TimeSpan.FromSeconds(0.5);
        var view = new PowerView(
            drawn is { } shown ? new Watts(shown) : null, new(clock), VoltsFor(new(clock)));
        cap.Step(limit is { } most ? new Watts(most) : null, view, cap.Cap ?? Desired, Desired, now);
    }
}
