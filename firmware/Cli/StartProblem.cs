using Firmware.Link;

namespace Firmware.Cli;

/// <summary>Why no job has reached the chips, in one sentence, once waiting longer makes no sense.</summary>
internal static class StartProblem
{
    /// <summary>By then a pool that answers has answered, and every pool that does not has been tried.</summary>
    private static readonly TimeSpan PoolPatience = TimeSpan.FromSeconds(10);

    public static string? Of(MineStatus? mine, GuardStatus? guard, TimeSpan now, TimeSpan patience)
    {
        if (now > PoolPatience && mine?.Pools.All(pool => pool.LastError is not null && !Talks(pool)) == true)
        {
            return $"No pool can be used. {Pools(mine)}Check each --pool, and that it is running.";
        }

        return now <= patience ? null : $"No job has reached the chips within {patience.TotalSeconds:0} s. "
            + (mine is null ? "mine does not answer. " : Pools(mine) + Boards(mine)) + Guard(guard);
    }

    private static bool Talks(PoolStatus pool) => pool.State is "setup" or "opening" or "mining";

    private static string Pools(MineStatus mine) =>
        string.Concat(mine.Pools.Select(pool => Sentence(pool.Pool, pool.State, pool.LastError)));

    private static string Boards(MineStatus mine) =>
        string.Concat(mine.Boards.Select(board => Sentence(board.Board, board.State, board.Fault)));

    private static string Guard(GuardStatus? guard) => guard is null
        ? "guard does not answer."
        : string.Concat(guard.Boards.Select(board => Sentence("guard: " + board.Board, board.State, board.Reason)));

    /// <summary>Reasons come with and without a full stop of their own.</summary>
    private static string Sentence(string thing, string state, string? reason) =>
        reason is null ? $"{thing} is {state}. " : $"{thing}: {reason.TrimEnd('.', ' ')}. ";
}
