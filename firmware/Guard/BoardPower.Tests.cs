using Firmware.Boards;
using Firmware.Link;

namespace Firmware.Guard;

/// <summary>
/// Stories in simulated time of a board whose power is asked for: hot rooms, watts, pauses, and changes on trial. The
/// mine walks its clock as the real one does.
/// </summary>
public class BoardPowerTests
{
    private static readonly OperatingPoint[] Points =
        [new(new(200), new(1.05)), new(new(300), new(1.10)), new(new(450), new(1.125))];

    [Theory]
    [InlineData(51, false)]
    [InlineData(53, false)]
    [InlineData(56, false)]
    [InlineData(53, true)]
    [InlineData(58, true)]
    public void InAHotRoomABoardFindsItsClockAndStaysThere(double ambient, bool withPoints)
    {
        var story = Mining(new Plant(withPoints ? Points : []));
        story.Plant.Ambient = ambient;
        story.RunFor(1800);

        var clocks = new HashSet<double>();
        for (var second = 0; second < 3600; second++)
        {
            story.RunFor(1);
            clocks.Add(story.Guard.Grant.MegahertzMax);
        }

        Assert.True(clocks.Count <= 2, $"Its clock went from one to the other: {string.Join(", ", clocks)}");
        Assert.InRange(story.Plant.Degrees, 63, 70.5);
        Assert.True(story.Plant.Hottest < 73, $"It got to {story.Plant.Hottest} °C.");
        Assert.Null(story.Guard.Fault);
        Assert.Equal(GuardState.Reduced, story.Guard.State);
        Assert.StartsWith("heat: ", Point(story, "clock").Limits[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AfterAHotDayTheClockComesBackWithoutATurn()
    {
        var story = Mining();
        story.Plant.Ambient = 55;
        story.RunFor(1200);
        Assert.Equal(GuardState.Reduced, story.Guard.State);

        story.Plant.Ambient = 25;
        var before = story.Guard.Grant.MegahertzMax;
        Assert.NotNull(story.RunUntil(
            () =>
            {
                Assert.True(story.Guard.Grant.MegahertzMax >= before, "It went down again.");
                before = story.Guard.Grant.MegahertzMax;
                return story.Guard.State == GuardState.Running && story.Plant.Clock == 500;
            },
            600));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(10)]
    [InlineData(6)]
    public void APowerLimitHoldsWithinTenSecondsAndDoesNotOscillate(double limit)
    {
        var story = Mining(new Plant(Points) { MeasuresPower = true });
        Assert.InRange(story.Plant.Watts, 17.9, 18.1);

        story.Set("power_limit", $"{limit}");
        Assert.NotNull(story.RunUntil(() => story.Plant.Watts <= limit, 10));
        story.RunFor(120);
        var clocks = new HashSet<double>();
        for (var second = 0; second < 1200; second++)
        {
            story.RunFor(1);
            clocks.Add(story.Guard.Grant.MegahertzMax);
            Assert.True(story.Plant.Watts <= limit, $"{story.Plant.Watts} W");
        }

        Assert.Single(clocks);
        Assert.True(story.Plant.Watts > 0.8 * limit, $"Only {story.Plant.Watts} W of {limit} W are used.");
        Assert.False(story.Plant.WasUnderfed);
        Assert.Equal(GuardState.Running, story.Guard.State);
        var power = Point(story, "power");
        Assert.Equal((limit, limit), (power.Desired, power.Limited));
        Assert.Equal($"power limit {limit:0.0} W", Point(story, "clock").Limits[0].Reason);

        story.Set("power_limit", null);
        Assert.NotNull(story.RunUntil(() => story.Plant.Clock == 500, 30));
    }

    [Fact]
    public void AWantedTemperatureIsHeldByAirAndThenByClock()
    {
        var story = Mining();
        story.Set("target_temperature", "45");
        story.RunFor(900);
        Assert.InRange(story.Plant.Degrees, 44, 48.5); // 20 °C above the air is what full fans can do

        story.Plant.Ambient = 40;
        story.RunFor(3600);
        Assert.InRange(story.Plant.Degrees, 42, 50);
        Assert.True(story.Guard.Grant.MegahertzMax < 300);
        Assert.Equal(GuardState.Reduced, story.Guard.State);
    }

    [Fact]
    public void AFixedFanIsFixedUntilHeatOverridesIt()
    {
        var story = Mining(settings: new() { ["fan"] = "fixed", ["fan_percent"] = "50" });
        Assert.Equal(0.5, story.Plant.Fans, 6);

        story.Plant.Ambient = 45;
        story.RunFor(600);
        Assert.True(story.Plant.Fans > 0.8);
        Assert.True(story.Plant.Degrees < 70);
        Assert.Equal(50, Point(story, "fan").Desired);
        Assert.Contains("asks for more", Point(story, "fan").Limits[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void APauseRampsDownIsIdleAndRampsUpAgain()
    {
        var story = Mining(settings: new() { ["ramp_seconds"] = "20" });
        story.Set("paused", "true");
        story.RunFor(10);
        Assert.InRange(story.Plant.Clock, 230, 320);
        Assert.True(story.Plant.Powered);

        Assert.NotNull(story.RunUntil(() => !story.Plant.Powered, 15));
        Assert.True(story.Plant.Clock <= 60);
        story.RunFor(60);
        Assert.Equal((GuardState.Idle, "paused by a setting"), (story.Guard.State, story.Guard.Reason));
        Assert.Empty(story.Kept);

        story.Set("paused", "false");
        Assert.NotNull(story.RunUntil(() => story.Guard.Grant is { Power: PowerGrant.Good, Reset: false }, 30));
        story.RunFor(10);
        Assert.InRange(story.Guard.Grant.MegahertzMax, 230, 350);
        Assert.NotNull(story.RunUntil(() => story.Plant.Clock == 500, 20));
    }

    [Fact]
    public void AChangeThatHasRunForAMinuteIsKept()
    {
        var story = Mining();
        story.Plant.OtherVolts = 1.2;
        story.Set("volts", "1.2");
        story.Set("megahertz", "600");
        story.MineWalksTo = 625;
        story.RunFor(55);
        Assert.Empty(story.Settings.Proven);
        Assert.All(story.Guard.Status.Operation!.Settings, setting => Assert.Equal("on trial", setting.Source));
        Assert.Equal((600, 1.2), (story.Plant.Clock, Math.Round(story.Plant.Output, 6)));

        story.RunFor(10);
        Assert.Equal(["600", "1.2"], story.Settings.Proven.Values);
        Assert.Equal("proven and kept: megahertz = 600, volts = 1.2", story.Guard.Status.Operation!.Trial);
        Assert.All(story.Guard.Status.Operation!.Settings, setting => Assert.Equal("settings", setting.Source));
    }

    [Fact]
    public void MoreClockIsGrantedOnlyWhenTheRailHasWhatItNeeds()
    {
        var story = Mining();
        story.Plant.OtherVolts = 1.25;
        story.MineWalksTo = 625;
        story.Set("volts", "1.25");
        story.Set("megahertz", "625");
        Assert.NotNull(story.RunUntil(
            () =>
            {
                Assert.True(story.Plant.Clock <= 500 || story.Plant.Output > 1.249, $"{story.Plant.Output} V");
                return story.Plant.Clock == 625;
            },
            30));

        story.Set("megahertz", null);
        story.Set("volts", null);
        Assert.NotNull(story.RunUntil(
            () =>
            {
                Assert.True(story.Plant.Clock <= 500 || story.Plant.Output > 1.249, $"{story.Plant.Output} V");
                return story.Plant.Output < 1.151;
            },
            30));
        Assert.Equal(500, story.Plant.Clock);
    }

    [Fact]
    public void AChangeThatTripsIsRolledBackAndSaid()
    {
        var story = Mining(new Plant { MeasuresPower = true });
        story.Set("megahertz", "600");
        story.RunFor(30);
        story.Plant.RailDropsOut = true;
        story.RunFor(2);

        Assert.Equal(GuardState.SafeOff, story.Guard.State);
        Assert.Empty(story.Settings.Proven);
        Assert.Equal(500, story.Settings.Current.Clock.Value);
        Assert.StartsWith(
            "rolled back: megahertz = 600, because the regulator", story.Settings.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void ABoardThatIsLostOnTrialIsRolledBack()
    {
        var story = Mining();
        story.Set("megahertz", "600");
        story.RunFor(30);
        story.Plant.Unplugged = true;
        story.RunFor(1);

        Assert.Equal(500, story.Settings.Current.Clock.Value);
        Assert.Contains("vanished", story.Settings.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void ChipsThatFindNothingWithAChangeGetTheirOldClockBack()
    {
        var story = Mining();
        story.Set("megahertz", "600");
        story.Results = 0;
        story.RunFor(120);
        Assert.Equal(600, story.Settings.Current.Clock.Value);

        story.Wanted = false; // mine gives up, and cycles the power
        story.RunFor(5);
        Assert.Equal(500, story.Settings.Current.Clock.Value);
        Assert.Contains("had found anything", story.Settings.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(1.1)]
    public void HealthySiliconOfAnyLotteryIsNeverBlamedForItsWatts(double lottery)
    {
        var story = Watched(lottery);
        story.MineWalksTo = 625;
        story.RunToMining();
        story.Set("power_limit", "9");
        story.RunFor(120);
        story.Set("power_limit", null);
        story.Set("paused", "true");
        story.RunFor(60);
        story.Set("paused", "false");
        story.RunFor(120);
        story.Plant.Hashes = false;
        story.Results = 0;
        story.RunFor(120);

        Assert.Null(story.Guard.Fault);
        Assert.Matches("^[0-9.]+ W drawn, [0-9.]+ W expected$", story.Guard.Status.Operation!.Energy);
    }

    [Theory]
    [InlineData(1.6)]
    [InlineData(0.5)]
    public void AMeterThatLiesIsFoundOutInTenSeconds(double lie)
    {
        var story = Watched(lottery: 1);
        story.MineWalksTo = 625;
        story.RunToMining();
        story.Plant.MeterLies = lie;

        var took = story.RunUntil(() => story.Guard.State == GuardState.SafeOff, 60);

        Assert.InRange(took!.Value.TotalSeconds, 10, 11.5);
        Assert.Contains("and its results explain", story.Guard.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void ALimitOfWattsThatNobodyMeasuresIsSaidNotToBeKept()
    {
        var story = new BoardStory();
        story.Set("power_limit", "15");

        Assert.StartsWith("kept only while", Point(story, "power").Limits[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ABoardOfWhichNobodyKnowsTheWattsSaysSo()
    {
        Assert.Equal(
            "not judged: the board file does not say what a healthy board draws",
            Mining().Guard.Status.Operation!.Energy);
    }

    private static BoardStory Watched(double lottery) => new(
        new Plant { MeasuresPower = true, Lottery = lottery },
        energy: new(new(18), new(500), new(1.15), ResultsPerMegahertz: 4.0 / 500));

    private static BoardStory Mining(Plant? plant = null, Dictionary<string, string>? settings = null)
    {
        var story = new BoardStory(plant ?? new(), settings) { MineWalksTo = 625 };
        story.RunToMining();
        return story;
    }

    private static SetPointStatus Point(BoardStory story, string name) =>
        story.Guard.Status.Operation!.SetPoints.Single(point => point.Name == name);
}
