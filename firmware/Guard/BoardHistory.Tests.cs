using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Guard;

/// <summary>A board of which guard knows what was before: faults, starts, a weak supply; in simulated time.</summary>
public sealed class BoardHistoryTests
{
    private static readonly BootMoment ThisBoot = new("this", 1000);

    private readonly KeptInMemory keeper = new();
    private readonly Plant plant = new();
    private TimeSpan now = TimeSpan.FromSeconds(10);

    [Fact]
    public void AFaultThatAnEarlierGuardLeftKeepsTheBoardOff()
    {
        var history = History(new(OfKind(FaultKind.Fan), null));
        var guard = new BoardGuard(plant.Parts, history, () => now, NullLogger.Instance);

        Assert.Equal(GuardState.SafeOff, guard.State);
        Assert.Equal("an earlier fault", guard.Status.Fault);
        Assert.Equal("fan", guard.Status.Recovery!.Kind);
        Assert.Contains("sv2fw faults --clear gamma", guard.Status.Recovery.Remedy, StringComparison.Ordinal);
        Assert.False(history.TryRestart(TimeSpan.FromDays(30)));
    }

    [Theory]
    [InlineData(FaultKind.Heat, 30, "starts again by itself in 1 min")]
    [InlineData(FaultKind.Sag, 61, "starts again by itself as soon as it is cool")]
    [InlineData(FaultKind.Voltage, 61, "stays off until a person has looked: sv2fw faults --clear gamma")]
    public void TheTimeThatTheBoardHasToStayOffGoesOnOverARestartOfGuard(FaultKind kind, double after, string remedy)
    {
        var then = ThisBoot with { Seconds = ThisBoot.Seconds - after };
        var history = History(new(OfKind(kind) with { Moment = then, RestartAfterSeconds = 60 }, null));

        Assert.Equal(remedy, history.Report(now).Remedy);
    }

    [Fact]
    public void AnotherBootCountsOnlyItsOwnTime()
    {
        var fault = OfKind(FaultKind.Heat) with { Moment = new("another", 5), RestartAfterSeconds = 1060 };

        Assert.Equal(60, History(new(fault, null)).Report(now).RestartInSeconds);
    }

    [Theory] // Valid JSON, and no number that guard ever wrote.
    [InlineData(1e300, -1e300)]
    [InlineData(-1e300, 1e300)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void ADamagedRecordMayHoldAnyNumberAndGuardStartsAllTheSame(double delay, double seconds)
    {
        var then = ThisBoot with { Seconds = seconds };
        var fault = OfKind(FaultKind.Heat) with { Moment = then, RestartAfterSeconds = delay };
        var starts = new StartRecord(int.MaxValue, Underway: true, [delay, seconds], then);

        var history = History(new(fault, starts));

        Assert.Equal("an earlier fault", history.First?.Cause);
        Assert.NotNull(history.Report(now).Remedy);
    }

    [Fact]
    public void AHotBoardComesBackThreeTimesEachTimeALittleLowerAndThenWaitsForAPerson()
    {
        var history = History(default);
        var lowered = new List<string?>();
        foreach (var minutes in new double?[] { 1, 5, 15, null })
        {
            var guard = Watch(history);
            Trip(guard);
            lowered.Add(history.Report(now).Lowered);
            Assert.Equal(minutes * 60, history.Report(now).RestartInSeconds);
            plant.Degrees = 40;
            Tick(guard);
            Assert.False(history.TryRestart(now + TimeSpan.FromMinutes(minutes - 0.01 ?? 30)));
            now += TimeSpan.FromMinutes(minutes ?? 30);
            Assert.Equal(minutes is not null, history.TryRestart(now));
        }

        Assert.Equal([null, "475 MHz", "450 MHz", "425 MHz"], lowered.Select(words => words?.Split(" instead")[0]));
        Assert.Equal((3, 3), (keeper.Retired, keeper.Starts!.RestartAges.Length));
        Assert.NotNull(history.First);
    }

    [Fact]
    public void AHotBoardDoesNotComeBackBeforeItIsCool()
    {
        var history = History(default);
        var guard = Watch(history);
        Trip(guard);
        now += TimeSpan.FromHours(1);
        plant.Degrees = 61;
        Tick(guard);
        Assert.False(history.TryRestart(now));
        Assert.Equal("starts again by itself as soon as it is cool", history.Report(now).Remedy);

        plant.Degrees = 54; // and the regulator 5 °C more
        Tick(guard);
        Assert.True(history.TryRestart(now));
    }

    [Fact]
    public void ASilentSensorIsNotCool()
    {
        var history = History(default);
        var guard = Watch(history);
        Trip(guard);
        now += TimeSpan.FromHours(1);
        plant.Degrees = 30;
        plant.ChipSilent = true;
        Tick(guard);

        Assert.False(history.TryRestart(now));
    }

    [Fact]
    public void ARecordThatIsLostGivesNoAutomaticRestart()
    {
        var history = History(new(null, null, "it cannot be read"));
        Trip(Watch(history));

        Assert.Null(history.Report(now).RestartInSeconds);
        Assert.Equal("it cannot be read", history.Report(now).NotKept);
    }

    [Fact]
    public void APersonsClearGivesTheSetPointsBack()
    {
        var history = History(new(OfKind(FaultKind.Heat), new(1, Underway: false, [60, 120, 180], ThisBoot)));
        Assert.Equal(425, history.Permit(plant.Parts).Megahertz.Value);

        history.Clear();

        Assert.Null(history.First);
        Assert.True(history.NeedsOtherSetPoints);
        Assert.Equal(500, history.Permit(plant.Parts).Megahertz.Value);
        Assert.Equal((1, 0), (keeper.Starts!.Failed, keeper.Starts.RestartAges.Length));
        Assert.Equal(1, keeper.Retired);
    }

    [Fact]
    public void AfterThreeFailedStartsTheSafeProfileIsUsedAndSaidUntilAPersonHasLooked()
    {
        var history = History(new(null, new(2, Underway: true, [], ThisBoot)));

        Assert.Equal(250, history.Permit(plant.Parts).MegahertzMax.Value);
        Assert.Equal(3, history.Report(now).FailedStarts);
        Assert.Contains("the safe profile", history.Report(now).Lowered, StringComparison.Ordinal);
        Assert.Equal((3, false), (keeper.Starts!.Failed, keeper.Starts.Underway)); // The next start counts from here.

        history.Clear();
        Assert.Equal(625, history.Permit(plant.Parts).MegahertzMax.Value);
        Assert.Null(history.Report(now).Lowered);
    }

    [Fact]
    public void AFirstFaultIsKeptWithTheMinuteBeforeItAndTheFiveSecondsAfter()
    {
        var story = new BoardStory();
        story.RunToMining();
        story.Plant.FanBlocked = true;
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.SafeOff, 30));

        var early = story.Kept.Single();
        Assert.Equal(FaultKind.Fan, early.Kind);
        Assert.InRange(early.Trace!.Rows[0].Seconds, -60, -59.4);
        Assert.Equal(("running", 0.0), (early.Trace.Rows[^1].State, early.Trace.Rows[^1].Seconds));
        var clock = Array.IndexOf(early.Trace.Columns, "MHz granted");
        Assert.Equal(500, early.Trace.Rows[^1].Values[clock]);

        story.RunFor(10);
        var late = story.Kept.Single();
        Assert.InRange(late.Trace!.Rows[^1].Seconds, 4.5, 5.5);
        Assert.Equal("safe-off", late.Trace.Rows[^1].State);
        Assert.Equal(0, late.Trace.Rows[^1].Values[clock]);
    }

    [Fact]
    public void AStartIsOnTheFlashBeforeThereAreVoltsAndProvenAMinuteAfterThem()
    {
        var story = new BoardStory();
        var kept = new List<(bool Underway, bool WasSwitchedOn)>();
        story.Keeper.WhenStarts = starts => kept.Add((starts.Underway, story.Plant.Commands.Contains("on")));

        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 30));
        story.RunFor(59);
        Assert.Equal([(true, false)], kept);
        story.RunFor(2);
        Assert.Equal([(true, false), (false, true)], kept);
    }

    [Fact]
    public void AStartThatEndsInAFaultHasFailedAndOneThatNobodyWantsHasNot()
    {
        var story = new BoardStory();
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 30));
        story.Wanted = false;
        story.RunFor(1);
        Assert.Equal((0, false), (story.Keeper.Starts!.Failed, story.Keeper.Starts.Underway));

        story.Wanted = true;
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 30));
        story.RunFor(20);
        story.Plant.RailDropsOut = true;
        story.RunFor(1);
        Assert.Equal((1, false), (story.Keeper.Starts.Failed, story.Keeper.Starts.Underway));
    }

    [Fact]
    public void ASupplyThatSagsTakesAQuarterOffTheClockAndOneThatGoesOnSaggingThePower()
    {
        var story = new BoardStory();
        story.RunToMining();
        story.Plant.Input = 4.5;
        Assert.True(story.RunUntil(() => story.Guard.Grant.MegahertzMax < 400, 10) <= TimeSpan.FromSeconds(1.6));
        Assert.Equal((375.0, GuardState.Running), (story.Guard.Grant.MegahertzMax, story.Guard.State));
        Assert.True(story.Guard.Status.Recovery!.Supply!.Reduced);

        story.Plant.Input = 5;
        story.RunFor(60);
        Assert.Equal(375, story.Guard.Grant.MegahertzMax);
        story.Plant.Input = 4.5;
        story.RunFor(2);

        Assert.Equal(GuardState.SafeOff, story.Guard.State);
        var fault = story.Kept.Single();
        Assert.Equal(FaultKind.Sag, fault.Kind);
        Assert.Contains("supply: 4.500 V at the lowest", fault.Readings[0], StringComparison.Ordinal);
        Assert.False(story.Plant.Powered);
    }

    private static Fault OfKind(FaultKind kind) => new("gamma", kind, "an earlier fault", 5, []) { Moment = ThisBoot };

    private BoardHistory History(KeptHistory kept) =>
        new("gamma", kept, keeper, () => now, NullLogger.Instance, () => ThisBoot);

    private BoardGuard Watch(BoardHistory history) =>
        new(history.Permit(plant.Parts), history, () => now, NullLogger.Instance);

    private void Trip(BoardGuard guard)
    {
        plant.Degrees = 100;
        Tick(guard);
        Assert.Equal(GuardState.SafeOff, guard.State);
    }

    private void Tick(BoardGuard guard)
    {
        now += GuardLoop.Period;
        guard.Tick(now);
    }
}
