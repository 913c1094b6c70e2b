using Drivers.Hashing;
using Firmware.Mining;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>What the pool's thread tells people: changes, and never a key or a user's name.</summary>
internal static partial class PoolLog
{
    [LoggerMessage(LogLevel.Information, "walls: {Walls}")]
    public static partial void Walled(this ILogger log, string walls);

    [LoggerMessage(LogLevel.Information, "pool {Pool}: connecting")]
    public static partial void Connecting(this ILogger log, string pool);

    [LoggerMessage(LogLevel.Information, "pool {Pool}: trying it on the side, to return once it has proven itself")]
    public static partial void Trying(this ILogger log, string pool);

    [LoggerMessage(LogLevel.Information, "pool {Pool}: it sends us to {Place}")]
    public static partial void SentTo(this ILogger log, string pool, string place);

    [LoggerMessage(LogLevel.Information, "pool {Pool}: mining at difficulty {Difficulty:G6}")]
    public static partial void Mining(this ILogger log, string pool, double difficulty);

    [LoggerMessage(LogLevel.Warning, "pool {Pool}: {Reason}")]
    public static partial void SessionEnded(this ILogger log, string pool, string reason);

    [LoggerMessage(LogLevel.Warning, "pool {Pool}: {Notice}")]
    public static partial void Noticed(this ILogger log, string pool, string notice);

    [LoggerMessage(LogLevel.Warning, "pool {Pool}: ALARM: {Sentence}")]
    public static partial void Alarm(this ILogger log, string pool, string sentence);

    [LoggerMessage(LogLevel.Information, "pool {Pool}: the alarm is over: {Sentence}")]
    public static partial void AlarmOver(this ILogger log, string pool, string sentence);

    [LoggerMessage(
        LogLevel.Warning,
        "BLOCK {Fate}: hash {Hash}, header {Header}, job {Job}, extranonce '{Extranonce}', network target {Target}")]
    public static partial void Block(
        this ILogger log, BlockFate fate, UInt256 hash, string header, uint job, Extranonce extranonce, UInt256 target);

    [LoggerMessage(LogLevel.Information, "pool {Pool}: leaving it; {Pending} shares are still to be confirmed")]
    public static partial void Left(this ILogger log, string pool, int pending);

    [LoggerMessage(LogLevel.Information, "stopping: chips first, then the pool's word on the last shares")]
    public static partial void Ending(this ILogger log);

    [LoggerMessage(LogLevel.Information, "{Accepted} accepted, {Rejected} rejected, {Stale} late, {Open} unconfirmed")]
    public static partial void Ended(this ILogger log, long accepted, long rejected, long stale, long open);
}
