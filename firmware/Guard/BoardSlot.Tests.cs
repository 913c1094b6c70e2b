using Firmware.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Guard;

/// <summary>What becomes of a board after a fault and after a failed start, with a mine that always wants it.</summary>
public sealed class BoardSlotTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly Plant plant = new();
    private readonly KeptInMemory keeper = new();
    private readonly object mine = new();
    private readonly BoardHistory history;
    private readonly BoardSlot slot;
    private BoardGrant grant = new("gamma", PowerGrant.Off, Reset: true, 0, "");
    private TimeSpan now;

    public BoardSlotTests()
    {
        history = new("gamma", default, keeper, () => now, NullLogger.Instance);
        slot = new(
            plant.Parts,
            () => plant.Parts,
            history,
            new(new SettingReader(plant.Parts)),
            (parts, settings) => new BoardGuard(parts, history, () => now, NullLogger.Instance, settings),
            NullLogger.Instance);
    }

    [Fact]
    public void AnOverheatedBoardStartsAgainAMinuteLaterAndALittleLower()
    {
        RunUntil(() => grant.Power == PowerGrant.Good, 30);
        Assert.Equal(500, grant.MegahertzMax);
        RunFor(100);
        plant.Degrees = 95;
        RunUntil(() => slot.Status.State == "safe-off", 2);
        Assert.False(plant.SwitchedOn);
        plant.Degrees = 40;
        plant.OtherVolts = 1.125; // It is told 25 mV less, and takes nothing else.
        var off = now;

        RunUntil(() => grant.Power == PowerGrant.Good, 90);

        Assert.InRange((now - off).TotalSeconds, 60, 75);
        Assert.Equal(475, grant.MegahertzMax);
        Assert.StartsWith("475 MHz instead of 500 MHz", slot.Status.Recovery!.Lowered, StringComparison.Ordinal);
        Assert.Equal((1, null), (keeper.Retired, slot.Status.Fault));
    }

    [Fact]
    public void ABoardThatLostItsSensorWaitsForAPersonHoweverLong()
    {
        RunUntil(() => grant.Power == PowerGrant.Good, 30);
        plant.ChipSilent = true;
        RunUntil(() => slot.Status.State == "safe-off", 10);
        plant.ChipSilent = false;
        RunFor(7200);
        Assert.Equal("safe-off", slot.Status.State);

        slot.Clear(now);
        RunUntil(() => grant.Power == PowerGrant.Good, 30);
        Assert.Equal(500, grant.MegahertzMax);
    }

    [Fact]
    public void TheFourthStartAfterThreeThatFailedHasTheSafeProfileUntilAPersonClearsThatToo()
    {
        for (var failed = 1; failed <= 3; failed++)
        {
            RunUntil(() => grant.Power == PowerGrant.Good, 30);
            Assert.Equal(500, grant.MegahertzMax);
            plant.RailDropsOut = true;
            RunUntil(() => slot.Status.State == "safe-off", 10);
            Assert.Equal(failed, slot.Status.Recovery!.FailedStarts);
            plant.RailDropsOut = false;
            slot.Clear(now);
        }

        RunUntil(() => grant.Power == PowerGrant.Good, 30);
        RunFor(120);
        Assert.Equal(250, grant.MegahertzMax);
        Assert.Contains("the safe profile", slot.Status.Recovery!.Lowered, StringComparison.Ordinal);

        slot.Clear(now);
        RunUntil(() => grant is { Power: PowerGrant.Good, MegahertzMax: 500 }, 30);
        Assert.Null(slot.Status.Recovery!.Lowered);
    }

    [Fact]
    public void AClearOfABoardThatRunsWellDisturbsNothing()
    {
        RunUntil(() => grant.Power == PowerGrant.Good, 30);
        plant.Commands.Clear();
        slot.Clear(now);
        RunFor(5);

        Assert.DoesNotContain("off", plant.Commands);
        Assert.Equal("running", slot.Status.State);
    }

    private void RunUntil(Func<bool> happened, double seconds)
    {
        for (var end = now + TimeSpan.FromSeconds(seconds); !happened(); Step())
        {
            Assert.True(now < end, $"It did not happen within {seconds} s: {slot.Status}");
        }
    }

    private void RunFor(double seconds)
    {
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end;)
        {
            Step();
        }
    }

    private void Step()
    {
        plant.Advance(Moment);
        now += Moment;
        if (now.Ticks % GuardLoop.Period.Ticks == 0)
        {
            slot.Tick(now);
        }

        if (now.Ticks % GuardLoop.GrantPeriod.Ticks == 0)
        {
            slot.Receive(mine, new("gamma", grant.Power != PowerGrant.Good, plant.Clock, 4, []), now);
        }

        for (var turns = 0; slot.Due <= now && turns < 50; turns++)
        {
            slot.Advance(now);
        }

        grant = slot.TakeGrant();
    }
}
