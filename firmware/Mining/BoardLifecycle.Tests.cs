using Drivers;
using Drivers.Hashing;
using Firmware.Link;

namespace Firmware.Mining;

/// <summary>The handshake of mine and guard about one board (plan §1).</summary>
public class BoardLifecycleTests
{
    private static readonly Megahertz Clock = new(525);

    private static readonly BoardGrant Off = new("gamma", PowerGrant.Off, Reset: true, 0, "off");
    private static readonly BoardGrant Held = Off with { Power = PowerGrant.Good, MegahertzMax = 600 };
    private static readonly BoardGrant Free = Held with { Reset = false };

    private readonly BoardLifecycle board = new(Clock);
    private BoardView view = new(
        PortOpen: true, Off, ChainState.Off, new Megahertz(0), ChainFault: null, HasWork: true, Trouble: null);

    private TimeSpan now = TimeSpan.FromSeconds(3);

    [Fact]
    public void AColdBoardWantsPowerWithItsChipsInReset()
    {
        var orders = Step();

        Assert.Equal((true, true, BoardAction.None), (orders.Lease, orders.Reset, orders.Action));
    }

    [Fact]
    public void WithoutAPortThereIsNoLease()
    {
        view = view with { PortOpen = false };

        Assert.False(Step().Lease);
    }

    [Fact]
    public void ThePortIsFlushedBeforeTheResetIsReleased()
    {
        Step();
        var orders = See(Held);

        Assert.Equal((BoardAction.Flush, true, false), (orders.Action, orders.Lease, orders.Reset));
    }

    [Fact]
    public void PowerThatStillSettlesIsNotUsed() =>
        Assert.True(See(Held with { Power = PowerGrant.Settling }).Reset);

    [Fact]
    public void AReleaseThatIsNotFreshIsNotTrusted()
    {
        // guard still says "released" from the board's former life: a new pulse needs the chips held first.
        Assert.True(See(Free).Reset);
        Assert.False(See(Held).Reset);
    }

    [Fact]
    public void TheChipsAreStartedOnceGuardHasReleasedThem()
    {
        See(Held);
        Assert.Equal(BoardAction.None, See(Held).Action);
        Assert.Equal(BoardAction.Start, See(Free).Action);
        Assert.Equal(BoardAction.None, See(Free).Action);
        Assert.Equal(BoardPhase.Up, board.Phase);
    }

    [Theory]
    [InlineData(600, 525)]
    [InlineData(400, 400)]
    public void TheClockStaysBelowTheGrant(double granted, double expected)
    {
        GoUp();

        Assert.Equal(new Megahertz(expected), See(Free with { MegahertzMax = granted }).Clock);
    }

    [Fact]
    public void AGrantThatIsGoneStopsTheChipsAtOnce()
    {
        GoUp();
        var orders = See(null);

        Assert.Equal((BoardAction.Stop, true, true), (orders.Action, orders.Lease, orders.Reset));
        Assert.Equal(BoardAction.None, See(null).Action);
        Assert.Equal(BoardAction.None, See(Free).Action);
        Assert.Equal(BoardAction.Flush, See(Held).Action);
        Assert.Equal(BoardAction.Start, See(Free).Action);
    }

    [Fact]
    public void AResetThatGuardHoldsStopsTheChips()
    {
        GoUp();

        Assert.Equal(BoardAction.Stop, See(Held).Action);
        Assert.Equal(BoardPhase.Waiting, board.Phase);
    }

    [Fact]
    public void AClockOfZeroHaltsTheChipsAndAnyOtherStartsThemAnew()
    {
        GoUp();
        Assert.Equal(BoardAction.Stop, See(Free with { MegahertzMax = 0 }).Action);
        Assert.Equal(BoardPhase.Halted, board.Phase);
        Assert.Equal(BoardAction.None, See(Free with { MegahertzMax = 0 }).Action);

        Assert.True(See(Free).Reset);
        Assert.Equal(BoardPhase.Waiting, board.Phase);
    }

    [Fact]
    public void FailedChipsAreResetAndTriedAgainAfterAPause()
    {
        GoUp();
        var orders = Fail();
        Assert.Equal((BoardAction.Stop, true, true), (orders.Action, orders.Lease, orders.Reset));
        Assert.Equal(BoardPhase.Resting, board.Phase);

        view = view with { Chain = ChainState.Off };
        See(Held);
        Assert.Equal(BoardPhase.Resting, board.Phase);
        now += TimeSpan.FromSeconds(5);
        See(Held);
        GoUp();
        Assert.Equal(BoardPhase.Up, board.Phase);
        Assert.Equal("no chip answered", board.Fault);
    }

    [Fact]
    public void AfterThreeTriesTheBoardStaysColdAndSaysWhy()
    {
        FailThreeTimes(TimeSpan.FromSeconds(1));

        Assert.Equal(BoardPhase.Failed, board.Phase);
        Assert.Contains("no chip answered", board.Reason, StringComparison.Ordinal);
        now += TimeSpan.FromDays(1);
        Assert.False(See(Held).Lease);
    }

    [Fact]
    public void ChipsThatWereWellForAMinuteBeginANewStory()
    {
        view = view with { HasResults = true };
        FailTimes(2, TimeSpan.FromSeconds(61));

        Assert.NotEqual(BoardPhase.Failed, board.Phase);
        Assert.Equal((2, 0, 0), (board.Resets, board.PowerCycles, board.Latches));
    }

    [Theory] // What was well for 61 s, 121 s, 241 s … begins a new story; the same time does so once.
    [InlineData(61, 4)]
    [InlineData(250, 6)]
    [InlineData(3599, 9)]
    public void ChipsThatDieAgainAndAgainEndCold(int seconds, int deaths)
    {
        view = view with { HasResults = true };
        FailTimes(deaths - 1, TimeSpan.FromSeconds(seconds));
        Assert.NotEqual(BoardPhase.Failed, board.Phase);
        FailTimes(1, TimeSpan.FromSeconds(seconds));

        Assert.Equal((BoardPhase.Failed, 1), (board.Phase, board.Latches));
    }

    [Fact]
    public void ChipsThatMineForAnHourEachTimeAreResetEachTime()
    {
        view = view with { HasResults = true };
        FailTimes(20, TimeSpan.FromSeconds(3601));

        Assert.Equal((20, 0, 0), (board.Resets, board.PowerCycles, board.Latches));
    }

    [Fact]
    public void ChipsThatRanForHoursAndFoundNothingWereNotWell()
    {
        FailThreeTimes(TimeSpan.FromMinutes(61));

        Assert.Equal(BoardPhase.Failed, board.Phase);
        Assert.Equal((1, 1, 1), (board.Resets, board.PowerCycles, board.Latches));
    }

    [Fact]
    public void WhereAResetDidNotHelpTheLeaseIsLetGoUntilThePowerIsOff()
    {
        GoUp();
        Fail();
        view = view with { Chain = ChainState.Off };
        now += TimeSpan.FromSeconds(5);
        See(Held);
        GoUp();
        Fail();
        Assert.Equal(BoardPhase.Cycling, board.Phase);

        now += TimeSpan.FromMinutes(1);
        var orders = See(Held); // guard has not seen it yet.
        Assert.Equal((false, true), (orders.Lease, orders.Reset));
        Assert.False(See(null).Lease);

        orders = See(Off);
        Assert.Equal((true, true), (orders.Lease, orders.Reset));
        view = view with { Chain = ChainState.Off };
        GoUp();
        Assert.Equal(BoardPhase.Up, board.Phase);
    }

    [Fact]
    public void SilentChipsAreFailedChips()
    {
        GoUp();
        view = view with { Chain = ChainState.Running, Trouble = "The chips reported nothing." };

        Assert.Equal(BoardAction.Stop, See(Free).Action);
        Assert.Equal("The chips reported nothing.", board.Fault);
    }

    [Fact]
    public void WithoutWorkTheClockWalksDownBeforeTheLeaseIsLetGo()
    {
        GoUp();
        view = view with { HasWork = false, Clock = new Megahertz(525), Chain = ChainState.Running };
        var orders = See(Free);
        Assert.Equal((BoardAction.Stop, true, false), (orders.Action, orders.Lease, orders.Reset));

        now += TimeSpan.FromSeconds(5);
        view = view with { Clock = new Megahertz(200) };
        Assert.True(See(Free).Lease);
        view = view with { Clock = new Megahertz(50) };
        Assert.False(See(Free).Lease);
        Assert.Equal(BoardPhase.Idle, board.Phase);
        Assert.Null(board.Fault);
    }

    [Fact]
    public void AClockThatDoesNotWalkDownIsNotWaitedForLongerThanFifteenSeconds()
    {
        GoUp();
        view = view with { HasWork = false, Clock = new Megahertz(525) };
        See(Free);
        now += TimeSpan.FromSeconds(15);

        Assert.False(See(Free).Lease);
    }

    [Fact]
    public void WorkBringsAnIdleBoardBack()
    {
        view = view with { HasWork = false };
        Assert.False(See(Off).Lease);
        view = view with { HasWork = true };

        var orders = See(Off);
        Assert.True(orders.Lease);
        Assert.True(orders.Reset);
        GoUp();
        Assert.Equal(BoardPhase.Up, board.Phase);
    }

    [Fact]
    public void AnUnpluggedBoardHasNoLeaseAndComesBackFromTheBeginning()
    {
        GoUp();
        view = view with { PortOpen = false };
        Assert.False(See(Free).Lease);
        view = view with { PortOpen = true };

        var orders = See(Off);
        Assert.True(orders.Lease);
        Assert.True(orders.Reset);
    }

    private BoardOrders Step() => board.Step(view, now);

    private BoardOrders See(BoardGrant? grant)
    {
        view = view with { Grant = grant };
        now += TimeSpan.FromMilliseconds(250);
        return Step();
    }

    private void GoUp()
    {
        See(Held);
        See(Free);
    }

    private BoardOrders Fail()
    {
        view = view with { Chain = ChainState.Failed, ChainFault = "no chip answered" };
        return See(Free);
    }

    private void FailThreeTimes(TimeSpan runFor) => FailTimes(3, runFor);

    private void FailTimes(int times, TimeSpan runFor)
    {
        for (var i = 0; i < times; i++)
        {
            GoUp();
            view = view with { Chain = ChainState.Running };
            for (var end = now + runFor; now < end;)
            {
                See(Free);
            }

            Fail();
            now += TimeSpan.FromSeconds(10);
            view = view with { Chain = ChainState.Off };
            See(Off);
            See(Off);
            See(Held);
        }
    }
}
