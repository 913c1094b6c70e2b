using System.Globalization;

using Firmware.Link;

namespace Firmware.Cli;

/// <summary>The state of the miner in one readable line: boards with heat and power, then the pool.</summary>
internal static class StatusLine
{
    public static string Of(GuardStatus? guard, MineStatus? mine, TimeSpan now)
    {
        var boards = guard?.Boards.Select(board => Board(board, mine)) ?? ["guard is silent"];
        var pool = mine is null ? "mine is silent" : Pool(mine);
        return Text($"{now:hh\\:mm\\:ss}  {string.Join("  |  ", boards)}  |  {pool}");
    }

    private static string Board(BoardGuardStatus board, MineStatus? mine)
    {
        var chain = mine is null ? null : Array.Find(mine.Boards, other => other.Board == board.Board);
        var heat = board.Sensors.Select(sensor =>
            sensor.Celsius is { } value ? Text($"{value:0.0} °C") : $"{sensor.Name}: {sensor.Fault}");
        var fans = board.Fans.Select(fan =>
            Text($"fan {fan.DutyPercent:0} % {(fan.Rpm is { } rpm ? $"{rpm:0} rpm" : fan.Fault)}"));
        string?[] parts =
        [
            $"{board.Board} {board.State}",
            chain is null ? null : Chain(chain),
            .. heat,
            .. fans,
            board.Rail?.Watts is { } watts ? Text($"{watts:0.0} W") : null,
            (chain?.Fault ?? board.Fault) is { } fault ? "FAULT: " + fault : null,
        ];
        return string.Join("  ", parts.Where(part => part is not null));
    }

    private static string Chain(BoardMineStatus chain) => Text(
        $"{chain.State}  {chain.Megahertz:0.#} MHz  {Rate(chain.HashRate)} of {Rate(chain.ExpectedHashRate)}");

    private static string Pool(MineStatus mine)
    {
        var pool = Array.Find(mine.Pools, pool => pool.State == "mining")
            ?? Array.Find(mine.Pools, pool => pool.State is not ("waiting" or "failed"))
            ?? mine.Pools.FirstOrDefault();
        return pool is null
            ? "no pool"
            : $"{pool.Pool} {pool.State}  {mine.Accepted} accepted  {mine.Rejected} rejected  {mine.Stale} stale";
    }

    private static string Rate(double hashes)
    {
        string[] units = ["H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s"];
        var unit = 0;
        for (; hashes >= 1000 && unit < units.Length - 1; unit++)
        {
            hashes /= 1000;
        }

        return Text($"{hashes:0.##} {units[unit]}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
