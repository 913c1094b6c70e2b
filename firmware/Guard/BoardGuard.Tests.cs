using Firmware.Link;

namespace Firmware.Guard;

/// <summary>Stories in simulated time of a healthy board: bring-up, leases, hot rooms, being unplugged.</summary>
public class BoardGuardTests
{
    private readonly BoardStory story = new();

    private Plant Plant => story.Plant;

    [Fact]
    public void TheFirstThingGuardDoesIsToMakeTheBoardSafe()
    {
        Assert.Equal(["off", "hold", "fan"], Plant.Commands);
        Plant.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(Plant.IsCold);
    }

    [Fact]
    public void ABoardComesUpMinesAndIsHeldAtItsTarget()
    {
        story.RunToMining();

        Assert.Equal([GuardState.Off, GuardState.Starting, GuardState.Running], story.States);
        Assert.InRange(Plant.Degrees, 59, 61);
        Assert.True(Plant.Hottest < 65, $"It overshot to {Plant.Hottest} °C.");
        Assert.InRange(Plant.Fans, 0.3, 0.9);
        Assert.Equal(("gamma", PowerGrant.Good, false, 500.0), (story.Guard.Grant.Board, story.Guard.Grant.Power,
            story.Guard.Grant.Reset, story.Guard.Grant.MegahertzMax));
    }

    [Fact]
    public void AfterAStartTheFansSlowDownFromFullByNoMoreThanFivePercentASecond()
    {
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 60));
        Assert.Equal(1, Plant.Fans);

        story.RunUntil(() => Plant.Fans < 1, 60);

        Assert.InRange(Plant.Fans, 0.97, 0.98); // A tick's worth, however long the bring-up took.
    }

    [Fact]
    public void TheStatusTellsWhatWasRead()
    {
        story.RunToMining();

        var status = story.Guard.Status;

        Assert.Equal(("gamma", "Bitaxe Gamma 601", "running", null, "none"),
            (status.Board, status.Model, status.State, status.Fault, status.DeadMan));
        Assert.StartsWith("cooling: chip ", status.Reason, StringComparison.Ordinal);
        Assert.Equal(("chip", null, 60.0, 75.0),
            (status.Sensors[0].Name, status.Sensors[0].Fault, status.Sensors[0].Target, status.Sensors[0].Off));
        Assert.InRange(status.Sensors[0].Celsius!.Value, 59, 61);
        Assert.InRange(status.Fans[0].DutyPercent, 30, 90);
        Assert.InRange(status.Fans[0].Rpm!.Value / (60 * status.Fans[0].DutyPercent), 0.99, 1.01);
        Assert.Equal((1.15, 1.15, 12.0, 5.02), (status.Rail!.SetVolts, status.Rail.Volts, status.Rail.Amperes,
            status.Rail.InputVolts));
        Assert.Equal(13.8, status.Rail.Watts!.Value, 6);
    }

    [Fact]
    public void WithoutAWantThereIsNoPower()
    {
        story.MineAlive = false;
        story.RunFor(60);

        Assert.Equal((GuardState.Off, "nobody has asked for power yet"), (story.Guard.State, story.Guard.Reason));
        Assert.DoesNotContain("on", Plant.Commands);
    }

    [Fact]
    public void ChipsStayInResetUntilMineLetsGo()
    {
        story.WantReset = true;
        story.RunFor(10);

        Assert.Equal(GuardState.Running, story.Guard.State);
        Assert.Equal((true, true), (Plant.Held, story.Guard.Grant.Reset));

        story.WantReset = false;
        Assert.NotNull(story.RunUntil(() => !story.Guard.Grant.Reset, 1));
        Assert.False(Plant.Held);

        story.WantReset = true;
        Assert.NotNull(story.RunUntil(() => Plant.Held, 0.3));
        Assert.True(story.Guard.Grant.Reset);
    }

    [Fact]
    public void AMineThatLetsGoWithoutHavingSeenTheBringUpGetsNoChips()
    {
        story.WantReset = false; // it still believes in chips that it had before
        story.RunFor(10);

        Assert.Equal(GuardState.Running, story.Guard.State);
        Assert.True(Plant.Held);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ADeadMineIsPowerOffWithinTwoSecondsAndNoFault(bool connectionCloses)
    {
        story.RunToMining();
        story.MineAlive = false;
        if (connectionCloses)
        {
            story.CloseConnection();
        }

        var took = story.RunUntil(() => !Plant.Powered, 10);

        Assert.True(took <= (connectionCloses ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromSeconds(1.6)), $"{took}");
        Assert.True(Plant.Held);
        Assert.Equal(GuardState.Idle, story.Guard.State);
        Assert.Empty(story.Kept);

        story.MineAlive = true;
        Assert.NotNull(story.RunUntil(() => !story.Guard.Grant.Reset, 60));
        Assert.True(Plant.Powered);
    }

    [Fact]
    public void APauseIsIdleAndResumesByItself()
    {
        story.RunToMining();
        story.Wanted = false;
        Assert.NotNull(story.RunUntil(() => !Plant.Powered, 0.3));
        Assert.Equal(GuardState.Idle, story.Guard.State);
        Assert.StartsWith("the board is not wanted", story.Guard.Reason, StringComparison.Ordinal);

        story.Wanted = true;
        story.RunToMining();
    }

    [Fact]
    public void ASensorThatReturnsInTimeCostsNothing()
    {
        story.RunToMining();
        Plant.ChipSilent = true;
        story.RunFor(4);
        Plant.ChipSilent = false;
        story.RunFor(60);

        Assert.Equal(GuardState.Running, story.Guard.State);
        Assert.InRange(Plant.Degrees, 55, 61);
    }

    [Fact]
    public void ACoolerRoomEndsTheReduction()
    {
        story.RunToMining();
        Plant.Ambient = 53;
        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Reduced, 600));
        Plant.Ambient = 25;

        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 600));
        Assert.Equal(500, story.Guard.Grant.MegahertzMax);
    }

    [Fact]
    public void AHotBoardWaitsUntilItIsCoolBeforeItStarts()
    {
        Plant.Degrees = 72;
        story.RunFor(4);
        Assert.Equal(GuardState.Starting, story.Guard.State);
        Assert.DoesNotContain("on", Plant.Commands);

        Assert.NotNull(story.RunUntil(() => story.Guard.State == GuardState.Running, 120));
    }

    [Fact]
    public void AVanishedBoardIsNoFaultAndComesBackAtOffMadeSafeFirst()
    {
        story.RunToMining();
        Plant.Unplugged = true;
        story.RunFor(1);
        Assert.True(story.Guard.HasVanished);
        Assert.Equal((GuardState.Off, PowerGrant.Off), (story.Guard.State, story.Guard.Grant.Power));
        Assert.Empty(story.Kept);

        Plant.Commands.Clear();
        story.Return();
        Assert.Equal(["off", "hold", "fan"], Plant.Commands);
        story.RunToMining();
    }
}
