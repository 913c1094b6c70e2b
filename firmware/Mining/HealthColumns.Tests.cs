using System.Text.Json;
using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Firmware.Link;

namespace Firmware.Mining;

public class HealthColumnsTests
{
    private static readonly TimeSpan Now = TimeSpan.FromDays(400);

    [Fact]
    public void ThreeBoardsOf126ChipsGoIntoALineAfterYears()
    {
        var chip = new ChipReport(
            ChipHealth.Well,
            new(270.1234e9, 271.4321e9, 31_536_000, 3_153_600, 315_360, TimeSpan.Zero, Disagrees: false),
            new(new Megahertz(518.75), 1, 1, Answers: true, Fault: null));
        var board = new BoardMineStatus(
            "board", "running", null, 126, 525, 1e14, 1e14, 1, 1, 1, 1, 1, 1, 1, 1)
        {
            Health = HealthColumns.Of(Report(Enumerable.Repeat(chip, 126)), Now),
        };
        var line = new LinkLine(Mine: new MineStatus(
            1, 1, "mining", "", 1, 1, 1, 1, 1, 1, 1, 1, [], [board, board, board]));
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, LinkJson.Default.LinkLine);

        Assert.InRange(bytes.Length, 1, LinkLine.LengthMax / 2);
        Assert.Equal(126, LinkText.Parse(bytes, out _)?.Mine?.Boards[2].Health?.Chips.Results.Length);
    }

    [Fact]
    public void DomainsAreTheSumsOfTheirChips()
    {
        var chips = Enumerable.Range(0, 5).Select(number => new ChipReport(
            number == 4 ? ChipHealth.Silent : ChipHealth.Well,
            new(number * 1e9, null, number, 10 * number, 0, number == 4 ? null : Now - TimeSpan.FromSeconds(3), false),
            default));
        var health = HealthColumns.Of(Report(chips), Now)!;

        Assert.Equal("oooos", health.Chips.States);
        Assert.Equal([0L + 1 + 2, 3 + 4], health.Domains.Results);
        Assert.Equal([30L, 70], health.Domains.HardwareErrors);
        Assert.Equal([3.0, 7], health.Domains.GigaHashes);
        Assert.Equal([3, 3, 3, 3, null], health.Chips.SecondsSinceResult);
        Assert.Equal((2, 9, 8), (health.Ladder.Rejoins, health.Overruns, health.FramingErrors));
        Assert.Equal((4, 5, 6), (health.Disbelieved, health.UnaskedAnswers, health.SmallCoreMismatches));
    }

    [Fact]
    public void AChipThatItsDriverLeftOutIsNotWell()
    {
        var chips = new[] { null, "does not lock" }.Select(fault => new ChipReport(
            ChipHealth.Well, default, new(new Megahertz(500), fault is null ? 1 : 0, null, Answers: true, fault)));

        Assert.Equal("os", HealthColumns.Of(Report(chips), Now)!.Chips.States);
    }

    [Fact]
    public void ABoardThatWasNeverUpHasNone() => Assert.Null(HealthColumns.Of(Report([]), Now));

    private static ChainStatus Status => default(ChainStatus) with { LeftAside = new(4, 5, 6) };

    private static ChainReport Report(IEnumerable<ChipReport> chips) => new(
        Now, BoardPhase.Up, "hashing", Fault: null, Status, HashRate: 1, ResultsPerSecond: 1, default)
    {
        Health = new HealthReport([.. chips], ChipsPerDomain: 3, "chip 4 silent", Note: null),
        Ladder = new LadderCounts(1, 2, 3, 4, 5),
        PortErrors = new PortErrors(9, 8),
    };
}
