using Firmware.Link;

namespace Firmware.Guard;

/// <summary>Stories in simulated time: a fault is a property of the plant, the question is about the world.</summary>
public class BoardFaultsTests
{
    private readonly BoardStory story = new();

    private Plant Plant => story.Plant;

    [Fact]
    public void ADeadSensorIsPowerOffInFiveSecondsWithFullFansMeanwhile()
    {
        story.RunToMining();
        Plant.ChipSilent = true;

        Assert.True(story.RunUntil(() => Plant.Fans >= 1, 10) <= TimeSpan.FromSeconds(0.6));
        Assert.True(story.RunUntil(() => !Plant.Powered, 10) <= TimeSpan.FromSeconds(5.1));
        Assert.True(Plant.Hottest < 70);
        story.RunFor(60);
        AssertSafeOff("no sensor reading for");
        AssertKind(FaultKind.SensorLoss);
    }

    [Fact]
    public void AShutDownBoardStaysOffUntilRestart()
    {
        story.RunToMining();
        Plant.ChipSilent = true;
        story.RunFor(10);
        Plant.ChipSilent = false;
        story.RunFor(3600);

        AssertSafeOff("no sensor reading for");
        Assert.Equal((PowerGrant.Off, true, 0.0), (story.Guard.Grant.Power, story.Guard.Grant.Reset,
            story.Guard.Grant.MegahertzMax));
    }

    [Fact]
    public void AHotRoomReducesTheClockAndAnOvenEndsInSafeOff()
    {
        story.MineWalksTo = 500;
        story.RunToMining();
        Plant.Ambient = 53; // 20 °C above it at full fan and power: critical, not yet off
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Reduced, 600));
        Assert.Equal((475.0, 1.0), (story.Guard.Grant.MegahertzMax, Plant.Fans));

        Plant.Ambient = 80;
        Assert.NotNull(story.RunUntil(() => !Plant.Powered, 600));
        AssertSafeOff("overheated: chip");
        AssertKind(FaultKind.Heat);
        Assert.True(Plant.Hottest < 76, $"It got to {Plant.Hottest} °C.");
    }

    [Fact]
    public void ABlockedFanIsFullDriveAndThenPowerOffBeforeTheMetalIsTooHot()
    {
        story.RunToMining();
        Plant.FanBlocked = true;

        Assert.True(story.RunUntil(() => Plant.Fans >= 1, 20) <= TimeSpan.FromSeconds(3.6));
        Assert.NotNull(story.RunUntil(() => !Plant.Powered, 20));
        AssertSafeOff("fan does not turn");
        Assert.True(Plant.Hottest < 75);
    }

    [Fact]
    public void AFanThatTakesNoCommandIsPowerOffBeforeTheMetalIsTooHot()
    {
        story.RunToMining();
        Plant.FanRefuses = true;

        Assert.True(story.RunUntil(() => !Plant.Powered, 20) <= TimeSpan.FromSeconds(2.1));
        Assert.Equal("fan does not take its commands", story.Kept.Single().Cause);
    }

    [Fact]
    public void ReadingThatTimesOutLeavesTheFanItsCommands()
    {
        story.RunToMining();
        Plant.RailTimesOut = true;
        story.RunFor(4); // Eight ticks; ten without an answer are the regulator's own end.

        Assert.Equal(GuardState.Running, story.Guard.State);
        Plant.RailTimesOut = false;
        story.RunFor(10);
        Assert.Equal(GuardState.Running, story.Guard.State);
    }

    [Fact]
    public void AFanThatStandsFromTheBeginningGetsNoPower()
    {
        Plant.FanBlocked = true;
        story.RunFor(30);

        AssertSafeOff("bring-up failed: the fans do not turn (fan: stopped, and at least 1000 rpm is needed)");
        AssertKind(FaultKind.Fan);
        Assert.DoesNotContain("on", Plant.Commands);
    }

    [Fact]
    public void ARailThatDropsOutIsASilentShutdown()
    {
        story.RunToMining();
        Plant.RailDropsOut = true;

        Assert.NotNull(story.RunUntil(() => !Plant.SwitchedOn, 0.6));
        AssertSafeOff("the regulator has switched itself off (status 0x0840, no cause told)");
    }

    [Fact]
    public void AStuckRailIsAskedEveryTickAndGetsAFullFan()
    {
        story.RunToMining();
        Plant.RailStuck = true;
        Plant.ChipSilent = true;
        story.RunFor(10);
        Plant.Commands.Clear();
        story.RunFor(10);

        Assert.Equal(20, Plant.Commands.Count(command => command == "off"));
        Assert.Equal(1, Plant.Fans);
        Assert.True(Plant.Held);

        Plant.RailStuck = false;
        Assert.True(story.RunUntil(() => !Plant.Powered, 10) <= TimeSpan.FromSeconds(0.6));
    }

    [Fact]
    public void ARailThatIsStuckAtTheEndOfALeaseGetsAFullFanAndNoNewStart()
    {
        story.RunToMining();
        Plant.RailStuck = true;
        story.Wanted = false;
        story.RunFor(1);

        Assert.Equal(1, Plant.Fans);
        story.RunFor(5);
        AssertLatched("though it is switched off");
    }

    [Fact]
    public void ABoardThatIsProvenOffIsToldSoAgainEveryTick()
    {
        story.RunToMining();
        story.Wanted = false;
        story.RunFor(5);
        Plant.Commands.Clear();
        story.RunFor(10);

        Assert.Equal(20, Plant.Commands.Count(command => command == "off"));
        Assert.Equal(20, Plant.Commands.Count(command => command == "hold"));
    }

    [Fact]
    public void AShortedSwitchIsFoundOutByMeasuring()
    {
        story.RunToMining();
        Plant.SwitchShorted = true;
        story.Wanted = false;
        story.RunFor(6);

        AssertLatched("the rail is at 1.150 V though it is switched off");
        AssertKind(FaultKind.StaysOn);
        Assert.Equal(1, Plant.Fans);
    }

    [Fact]
    public void AShortedSwitchKeepsABoardFromStarting()
    {
        Plant.SwitchShorted = true;
        story.RunFor(10);

        AssertLatched("the rail keeps its voltage though it is switched off (1.150 V)");
        Assert.DoesNotContain("on", Plant.Commands);
    }

    [Fact]
    public void AnotherRegulatorThanTheFileNamesGetsNoCommandToSwitchOn()
    {
        Plant.WrongRegulator = true;
        story.RunFor(10);

        AssertSafeOff("bring-up failed: a part is not the one that the board file names (the regulator)");
        AssertKind(FaultKind.Identity);
        Assert.DoesNotContain("on", Plant.Commands);
    }

    [Fact]
    public void ALeaseEndsInSafeOffAsWellAndNothingIsDueForEver()
    {
        story.RunToMining();
        Plant.FanRefuses = true;
        story.RunFor(5);
        story.MineAlive = false;
        story.RunFor(5);

        AssertLatched("does not take its commands");
        Assert.True(story.Guard.Due > story.Now);
    }

    [Fact]
    public void ADeadBusEndsInSafeOffThatIsProvenAsSoonAsTheBusLives()
    {
        story.RunToMining();
        Plant.BusDead = true;
        story.RunFor(6);
        AssertLatched("no sensor reading for");
        Assert.True(Plant.Powered); // nobody can do anything about it

        Plant.BusDead = false;
        Assert.True(story.RunUntil(() => Plant.IsCold, 10) <= TimeSpan.FromSeconds(0.6));
    }

    [Fact]
    public void PartsThatThrowEndInSafeOffAndNotInAnEndOfTheLoop()
    {
        story.RunToMining();
        Plant.Buggy = true;
        story.RunFor(10);
        Plant.Buggy = false;
        story.RunFor(1);

        AssertSafeOff("");
        Assert.Contains("A bug in a driver.", story.Kept.Single().Readings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void AResetLineThatDoesNotObeyIsAFault()
    {
        story.WantReset = true;
        story.RunFor(5);
        Plant.ResetStuck = true;
        story.WantReset = false;
        story.RunFor(3);

        AssertLatched("the reset line does not obey");
        AssertKind(FaultKind.Reset);
        Assert.False(Plant.Powered);
    }

    [Fact]
    public void AFaultOutlivesBeingUnplugged()
    {
        story.RunToMining();
        Plant.FanBlocked = true;
        story.RunFor(20);
        Plant.Unplugged = true;
        story.RunFor(1);
        Plant.FanBlocked = false;
        story.Return();
        story.RunFor(60);

        AssertSafeOff("fan does not turn");
    }

    [Fact]
    public void TheOrderOfAnEmergencyIsPowerThenChipsThenAir()
    {
        story.RunToMining();
        Plant.Commands.Clear();
        Plant.ChipSilent = true;
        story.RunUntil(() => story.Guard.State == GuardState.SafeOff, 10);

        var off = Plant.Commands.IndexOf("off");
        Assert.Equal(["off", "hold", "fan"], Plant.Commands.Skip(off).Take(3));
    }

    private void AssertSafeOff(string cause)
    {
        AssertLatched(cause);
        Assert.True(Plant.IsCold);
    }

    private void AssertKind(FaultKind kind) => Assert.Equal(kind, story.Kept.Single().Kind);

    private void AssertLatched(string cause)
    {
        Assert.Equal(GuardState.SafeOff, story.Guard.State);
        Assert.Contains(cause, story.Kept.Single().Cause, StringComparison.Ordinal);
        Assert.Equal(story.Kept.Single().Cause, story.Guard.Status.Fault);
        Assert.Equal("safe-off", story.Guard.Status.State);
    }
}
