using System.Globalization;

using Firmware.Link;

namespace Firmware.Cli;

/// <summary>
/// The state of the miner in one line, in columns that stay where they are, and what matters most first: a narrow
/// terminal cuts the end off.
/// </summary>
internal static class StatusLine
{
    private const double SatsPerBitcoin = 1e8;

    private static readonly string[] Units = ["H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s"];

    public static string Of(GuardStatus? guard, MineStatus? mine, TimeSpan now)
    {
        string[] parts =
        [
            Text($"{now:hh\\:mm\\:ss}  {(mine is null ? "no word from mine" : Work(mine))}"),
            .. guard is null
                ? ["no word from guard"]
                : guard.Boards.Select(board => Board(board, mine, isAlone: guard.Boards.Length == 1)),
            .. mine is null ? [] : new[] { Pool(mine) + Alarms(mine) },
        ];
        return string.Join("  |  ", parts);
    }

    /// <summary>As much of the line as fits; what is missing shows as "…".</summary>
    public static string Cut(string line, int? columns) =>
        columns is { } width and > 1 && line.Length > width ? line[..(width - 1)] + "…" : line;

    private static string Work(MineStatus mine)
    {
        var rate = Rate(mine.HashRate, mine.Boards.Sum(board => board.ExpectedHashRate));
        return Text($"{rate,19}  {mine.Accepted,4} accepted  {mine.Rejected} rejected  {mine.Stale} stale");
    }

    private static string Board(BoardGuardStatus board, MineStatus? mine, bool isAlone)
    {
        var chain = mine is null ? null : Array.Find(mine.Boards, other => other.Board == board.Board);
        string?[] parts =
        [
            isAlone ? null : board.Board,
            State(board, chain),
            Fault(board, chain),
            board.Recovery?.Lowered is { } lowered ? "LOWERED: " + lowered : null,
            chain is null ? null
                : chain.DutyPercent is { } duty ? Text($"{duty,3:0} % duty")
                : Text($"{chain.Megahertz,3:0} MHz"),
            chain is null || isAlone ? null : Rate(chain.HashRate, chain.ExpectedHashRate),
            board.Rail?.Watts is { } watts ? Text($"{watts,4:0.0} W") : null,
            .. board.Sensors.Select(Heat),
            .. board.Fans.Select(Fan),
        ];
        return string.Join("  ", parts.Where(part => part is not null));
    }

    private static string? Fault(BoardGuardStatus board, BoardMineStatus? chain) =>
        (chain?.Fault ?? board.Fault) is not { } fault ? null
        : board.Recovery?.Remedy is { } remedy ? $"FAULT: {fault} ({remedy})"
        : $"FAULT: {fault}";

    /// <summary>One word: guard's, until it has brought the power up; then what the chips are at.</summary>
    private static string State(BoardGuardStatus board, BoardMineStatus? chain) =>
        board.State == "running" && chain is not null ? chain.State + Doubts(chain.Health) : board.State;

    private static string Doubts(BoardHealth? health) => health?.Word is { } word ? $" ({word})" : "";

    private static string Heat(SensorStatus sensor) =>
        sensor.Celsius is { } value ? Text($"{sensor.Name} {value:0.0} °C") : $"{sensor.Name}: {sensor.Fault}";

    private static string Fan(FanStatus fan) => Text(
        $"{fan.Name} {fan.DutyPercent,3:0} % {(fan.Rpm is { } rpm ? Text($"{rpm,4:0} rpm") : fan.Fault)}");

    private static string Pool(MineStatus mine)
    {
        var pool = Array.Find(mine.Pools, pool => pool.State == "mining")
            ?? Array.Find(mine.Pools, pool => pool.State is not ("waiting" or "failed"))
            ?? mine.Pools.FirstOrDefault();
        return pool is null ? "no pool" : $"{pool.Pool} {pool.State}{Payout(pool.Coinbase)}";
    }

    private static string Payout(CoinbaseStatus? coinbase) =>
        coinbase?.Outputs.MaxBy(output => output.Sats) is { } largest
            ? Text($", a block pays {coinbase.Sats / SatsPerBitcoin:0.########} BTC, the most to {largest.Text}")
            : "";

    /// <summary>How many: the log has said which, and the status page goes on saying it.</summary>
    private static string Alarms(MineStatus mine) => mine.Pools.Sum(pool => pool.Alarms.Length) switch
    {
        0 => "",
        1 => ", 1 ALARM",
        var count => $", {count} ALARMS",
    };

    /// <summary>Both in the unit of the expected one.</summary>
    private static string Rate(double hashes, double expected)
    {
        var unit = 0;
        for (; expected >= 1000 && unit < Units.Length - 1; unit++)
        {
            expected /= 1000;
            hashes /= 1000;
        }

        return Text($"{hashes:0.0} of {expected:0.0} {Units[unit]}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
