using Drivers;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>Voltage first when going up, the clock first when going down.</summary>
public class VoltageWalkTests
{
    private static readonly TimeSpan Tick = GuardLoop.Period;

    private static readonly OperatingPoint[] Points =
        [new(new(200), new(1.05)), new(new(300), new(1.10)), new(new(450), new(1.125))];

    private readonly VoltageWalk walk = new(new(1.15), Points);

    private TimeSpan now = TimeSpan.FromSeconds(7);

    public VoltageWalkTests() => walk.Begin(now);

    [Theory]
    [InlineData(0, 1.05)]
    [InlineData(200, 1.05)]
    [InlineData(200.1, 1.10)]
    [InlineData(262.5, 1.10)]
    [InlineData(450, 1.125)]
    [InlineData(451, 1.15)]
    [InlineData(900, 1.15)]
    public void EveryClockHasTheVoltageOfTheNextHigherPoint(double clock, double volts)
    {
        Settle(clock, clock);

        Assert.Equal(volts, walk.Told.Value, 6);
    }

    [Theory]
    [InlineData(1.05, 200)]
    [InlineData(1.075, 200)]
    [InlineData(1.10, 300)]
    [InlineData(1.125, 450)]
    [InlineData(1.149, 450)]
    [InlineData(1.15, double.MaxValue)]
    public void ARailCarriesTheHighestClockThatNeedsNoMore(double volts, double clock)
    {
        walk.Answer(new(volts), obeyed: true);

        Assert.Equal(clock, walk.Carries.Value);
    }

    [Fact]
    public void GoingDownTheVoltageWaitsForTheClockThatMineReports()
    {
        Settle(525, 525);
        for (var i = 0; i < 20; i++)
        {
            Assert.Null(Step(permitted: 262.5, reported: 525)); // mine has not walked yet, however long it takes.
        }

        var told = new List<double>();
        for (var reported = 525.0; reported >= 262.5; reported -= 6.25)
        {
            told.Add(Step(262.5, reported) ?? walk.Told.Value);
            Assert.True(told[^1] >= Needs(reported), $"{told[^1]} V at {reported} MHz.");
        }

        Assert.Equal(1.10, Settle(262.5, 262.5), 6);
    }

    [Fact]
    public void GoingDownTheVoltageWaitsUntilNobodyCanHoldTheOldGrant()
    {
        Settle(525, 525);
        var lowered = now;
        while (Step(permitted: 200, reported: 56) is null)
        {
            Assert.True(now - lowered < TimeSpan.FromSeconds(5), "The voltage never follows.");
        }

        // mine may still be on its way up to 525 MHz by a grant of before; its want of a moment ago said 56.
        Assert.True(now - lowered >= VoltageWalk.GrantOutlives);
    }

    [Fact]
    public void GoingUpTheClockWaitsForTheVoltage()
    {
        Settle(200, 200);
        Assert.Equal(1.05, walk.Told.Value, 6);
        var clocks = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            clocks.Add(Math.Min(walk.Carries.Value, 625));
            Step(permitted: 625, reported: clocks[^1]);
        }

        Assert.Equal([200.0, 200, 300, 450, 625], clocks);
    }

    [Fact]
    public void TheVoltageIsSlewed()
    {
        Settle(525, 525);
        var before = walk.Told.Value;
        for (var i = 0; i < 20; i++)
        {
            var volts = Step(permitted: 100, reported: 100) ?? walk.Told.Value;
            Assert.InRange(before - volts, 0, VoltageWalk.StepMax.Value + 1e-9);
            before = volts;
        }

        Assert.Equal(1.05, before, 6);
    }

    [Fact]
    public void ARailThatDoesNotObeyIsAskedAgainAndCarriesNoMoreMeanwhile()
    {
        Settle(200, 200);
        var first = Step(625, 200, obeys: false);

        Assert.Equal(200, walk.Carries.Value);
        Assert.Equal(first, Step(625, 200));
    }

    [Fact]
    public void ARailThatMayHaveTakenALowerVoltageCarriesNoMoreThanThat()
    {
        Settle(525, 525);
        now += VoltageWalk.GrantOutlives;
        Step(200, 200, obeys: false);

        Assert.Equal(450, walk.Carries.Value);
    }

    [Fact]
    public void WithoutPointsTheVoltageStays()
    {
        var still = new VoltageWalk(new(1.15), []);
        still.Begin(now);

        Assert.Null(still.Next(new(100), new(0), now + TimeSpan.FromHours(1)));
        Assert.Equal(double.MaxValue, still.Carries.Value);
    }

    [Fact]
    public void AHotBoardWalksDownAndUpAgainWithItsMineAndIsNeverUnderfed()
    {
        var story = new BoardStory(new Plant(Points)) { MineWalksTo = 500 };
        story.RunToMining();
        Assert.Equal((500, 1.15), (story.Plant.Clock, story.Plant.Output));

        story.Plant.Ambient = 58;
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Reduced, 900));
        Assert.NotNull(story.RunUntil(() => story.Plant is { Output: < 1.126, Clock: < 451 }, 120));
        Assert.Equal(story.Plant.Output, story.Guard.Status.Rail!.SetVolts!.Value, 6);

        story.Plant.Ambient = 25;
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 900));
        Assert.NotNull(story.RunUntil(() => story.Plant.Clock == 500, 60));
        Assert.Equal(1.15, story.Plant.Output, 6);
        Assert.Equal(500, story.Guard.Grant.MegahertzMax);
        Assert.False(story.Plant.WasUnderfed);
        Assert.Null(story.Guard.Fault);
    }

    private static double Needs(double clock) =>
        clock <= 200 ? 1.05 : clock <= 300 ? 1.10 : clock <= 450 ? 1.125 : 1.15;

    private double? Step(double permitted, double reported, bool obeys = true)
    {
        now += Tick;
        if (walk.Next(new(permitted), new(reported), now) is not { } volts)
        {
            return null;
        }

        walk.Answer(volts, obeys);
        return volts.Value;
    }

    private double Settle(double permitted, double reported)
    {
        for (var i = 0; i < 30; i++)
        {
            Step(permitted, reported);
        }

        return walk.Told.Value;
    }
}
