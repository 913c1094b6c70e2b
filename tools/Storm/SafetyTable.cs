using System.Globalization;
using System.Text.RegularExpressions;
using Firmware.Boards;

namespace Storm;

/// <summary>hil-tests/SAFETY.md: every fault on every class of boards, measured, as a Markdown document.</summary>
internal static partial class SafetyTable
{
    private const string Head = """
        # The safety case, measured

        Made by `tools/storm --table`; a test holds this file against what that prints. Each fault is put into a board
        that has mined for five minutes, for good, and the board is followed for five minutes on a simulated clock: the
        decisions are the product's own, the board is physics behind the seam of sensors, fans, rail and reset line
        (tools/Storm/README.md). Times count from the fault; where two are named, from the second; for the two heats of
        the chip, from the moment in which the metal itself passes the limit. Of a class of boards the slowest and
        hottest counts. What a fault needs to be seen at all is part of its time: a fan that is told less than 30 % need
        not turn, and is not judged until it has to.

        **off** is the moment in which the rail is no longer driven, **held** that in which the chips are in reset. A
        dash is something that did not happen, and did not have to.

        """;

    /// <summary>Seven, and what is before the first and behind the last line.</summary>
    private const int Cells = 9;

    public static void Write(IReadOnlyList<BoardConfig> boards, TextWriter to)
    {
        to.WriteLine(Head);
        foreach (var group in boards.GroupBy(ClassOf).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            BoardConfig[] members = [.. group];
            to.WriteLine($"## {group.Key}");
            to.WriteLine();
            to.WriteLine($"Boards: {string.Join(", ", members.Select(board => $"`{board.Key}`"))}.");
            to.WriteLine();
            to.WriteLine("| fault | outcome | fans full | held | off | hottest chip | what the board says |");
            to.WriteLine("|---|---|---|---|---|---|---|");
            foreach (var row in Experiment.All.AsParallel().AsOrdered().Select(experiment => Row(experiment, members)))
            {
                to.WriteLine(row);
            }

            to.WriteLine();
        }

        to.Write(Notes.Text(boards));
    }

    /// <summary>
    /// A row without its figures and the board's words: they move a little with every change, and outcomes must not.
    /// </summary>
    public static string WithoutFigures(string row)
    {
        var cells = row.Split('|');
        return Figure().Replace(cells.Length == Cells ? string.Join('|', cells[..^2]) : row, "#");
    }

    /// <summary>What makes boards alike to whoever keeps them cool: the way to the parts, and the parts.</summary>
    internal static string ClassOf(BoardConfig board) =>
        $"{(board.Bridge is null ? "Parts on the machine's own buses" : "Parts behind a USB bridge")}, "
        + $"rail `{board.Rail!.Part}`, fans `{string.Join("`, `", board.Fans.Select(fan => fan.Part).Distinct())}`";

    private static string Row(Experiment experiment, BoardConfig[] boards)
    {
        Measured[] all = [.. boards.Select(experiment.Measure).OfType<Measured>()];
        if (all.Length == 0)
        {
            return $"| {experiment.Cause} | no such part on these boards | – | – | – | – | |";
        }

        var outcomes = string.Join(" / ", all.Select(one => one.Outcome).Distinct());
        var hottest = all.Max(one => one.HottestDegrees).ToString("0", CultureInfo.InvariantCulture);
        return $"| {experiment.Cause} | {outcomes} | {Slowest(all, one => one.FansFull)} | "
            + $"{Slowest(all, one => one.Held)} | {Slowest(all, one => one.Off)} | {hottest} °C | {all[0].Says} |";
    }

    private static string Slowest(Measured[] all, Func<Measured, TimeSpan?> time) =>
        Measured.Seconds(all.Max(time));

    [GeneratedRegex(@"-?\d+([.,]\d+)?")]
    private static partial Regex Figure();
}
