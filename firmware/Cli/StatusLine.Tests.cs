using Firmware.Link;
using static Firmware.Cli.Statuses;

namespace Firmware.Cli;

public class StatusLineTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(3621.9);

    [Fact]
    public void RateAndSharesComeFirstThenTheBoardThenThePool() => Assert.Equal(
        "01:00:21  252.1 of 255.4 kH/s    14 accepted  2 rejected  1 stale"
        + "  |  running  525 MHz  18.7 W  chip 57.9 °C  fan  41 % 3020 rpm  |  pool.example:3333 mining",
        StatusLine.Of(GuardSays, MineSays, Now));

    [Fact]
    public void SeveralBoardsAreToldApartAndHaveARateEach()
    {
        var line = StatusLine.Of(
            GuardSays with { Boards = [Board, Board with { Board = "gamma-2" }] },
            MineSays with { HashRate = 504_246, Boards = [Chain, Chain with { Board = "gamma-2", Megahertz = 50 }] },
            Now);

        Assert.Contains("504.2 of 510.7 kH/s", line, StringComparison.Ordinal);
        Assert.Contains("gamma  running  525 MHz  252.1 of 255.4 kH/s", line, StringComparison.Ordinal);
        Assert.Contains("gamma-2  running   50 MHz  252.1 of 255.4 kH/s", line, StringComparison.Ordinal);
    }

    [Fact]
    public void CoresHaveNoClockButADuty() => Assert.Contains(
        "|  running   50 % duty  18.7 W",
        StatusLine.Of(
            GuardSays, MineSays with { Boards = [Chain with { Megahertz = 50, DutyPercent = 50 }] }, Now),
        StringComparison.Ordinal);

    [Fact]
    public void AProcessThatIsNotHeardIsNamedAndTheOtherShownAllTheSame()
    {
        Assert.Equal("00:00:00  no word from mine  |  no word from guard", StatusLine.Of(null, null, default));
        Assert.Contains("18.7 W", StatusLine.Of(GuardSays, null, Now), StringComparison.Ordinal);
        Assert.Contains("14 accepted", StatusLine.Of(null, MineSays, Now), StringComparison.Ordinal);
    }

    [Fact]
    public void GuardsStateStandsUntilThePowerIsUp()
    {
        var starting = GuardSays with { Boards = [Board with { State = "starting" }] };
        var ramping = MineSays with { Boards = [Chain with { State = "ramping" }] };

        Assert.Contains("|  starting  ", StatusLine.Of(starting, MineSays, Now), StringComparison.Ordinal);
        Assert.Contains("|  ramping  ", StatusLine.Of(GuardSays, ramping, Now), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsBrokenSaysSoInThePlaceOfItsValue()
    {
        var line = StatusLine.Of(
            GuardSays with
            {
                Boards =
                [
                    Board with
                    {
                        Fault = "the fan does not turn",
                        Sensors = [new("chip", null, "did not answer", 60, 75)],
                        Fans = [new("fan", 100, null, "stalled")],
                        Rail = null,
                    },
                ],
            },
            MineSays,
            Now);

        Assert.Contains("FAULT: the fan does not turn", line, StringComparison.Ordinal);
        Assert.Contains("chip: did not answer", line, StringComparison.Ordinal);
        Assert.Contains("fan 100 % stalled", line, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatLooksWrongWithPoolsIsCountedForTheLogHasSaidItInFull()
    {
        var one = OnePool with { Alarms = ["zero: ask the pool"] };

        Assert.EndsWith("  |  pool.example:3333 mining, 1 ALARM", LineOf(one), StringComparison.Ordinal);
        Assert.EndsWith(
            "  |  pool.example:3333 mining, 3 ALARMS",
            LineOf(one, OnePool with { State = "failed", Alarms = ["stuck: wait", "odd times"] }),
            StringComparison.Ordinal);

        static string LineOf(params PoolStatus[] pools) =>
            StatusLine.Of(GuardSays, MineSays with { Pools = pools }, Now);
    }

    [Fact]
    public void WhomABlockWouldPayStandsBehindThePool() => Assert.EndsWith(
        "  |  pool.example:3333 mining, a block pays 3.125 BTC, the most to bc1qmost",
        StatusLine.Of(
            GuardSays,
            MineSays with
            {
                Pools =
                [
                    OnePool with
                    {
                        Coinbase = new CoinbaseStatus(
                            312_500_000, 2, [new(0, "data", "OP_RETURN 05"), new(300_000_000, "p2wpkh", "bc1qmost")]),
                    },
                ],
            },
            Now),
        StringComparison.Ordinal);

    [Fact]
    public void ThePoolShownIsTheOneInUse()
    {
        var failed = OnePool with { Pool = "first", State = "failed" };
        var trying = OnePool with { Pool = "second", State = "handshake" };

        Assert.EndsWith(
            "second handshake",
            StatusLine.Of(GuardSays, MineSays with { Pools = [failed, trying] }, Now),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "pool.example:3333 mining",
            StatusLine.Of(GuardSays, MineSays with { Pools = [failed, trying, OnePool] }, Now),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "0123456789")]
    [InlineData(10, "0123456789")]
    [InlineData(9, "01234567…")]
    [InlineData(2, "0…")]
    [InlineData(1, "0123456789")]
    [InlineData(0, "0123456789")]
    public void ANarrowTerminalCutsTheEndOff(int? columns, string shown) =>
        Assert.Equal(shown, StatusLine.Cut("0123456789", columns));
}
