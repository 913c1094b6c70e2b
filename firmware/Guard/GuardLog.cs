using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>Everything that guard says: one line for each transition, and for what a person must know.</summary>
internal static partial class GuardLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: {From} → {To}: {Reason}")]
    public static partial void Transition(this ILogger log, string board, string from, string to, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: stays off: {Reason}")]
    public static partial void StaysOff(this ILogger log, string board, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Board}: {From} → safe-off: {Cause} [{Readings}]")]
    public static partial void Tripped(this ILogger log, string board, string from, string cause, string readings);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: back at its port, made safe first")]
    public static partial void Returned(this ILogger log, string board);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Board}: its history could not be kept as a file: {Reason}")]
    public static partial void FaultNotKept(this ILogger log, string board, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Board}: a fault from before is latched: {Cause}; {Remedy}")]
    public static partial void StillLatched(this ILogger log, string board, string cause, string remedy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Board}: {Lost}; it does not start again by itself for a day")]
    public static partial void HistoryLost(this ILogger log, string board, string lost);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: cleared by a person: {Cause}")]
    public static partial void Cleared(this ILogger log, string board, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Board}: starts again, {Count} of {Max}, after: {Cause}")]
    public static partial void Restarting(this ILogger log, string board, string cause, int count, int max);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Board}: lowered to {Lowered}")]
    public static partial void Lowered(this ILogger log, string board, string lowered);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Board}: the supply sags, the clock goes down: {Supply}")]
    public static partial void Sagged(this ILogger log, string board, string supply);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a tick took {Milliseconds} ms of {Period} ms")]
    public static partial void LateTick(this ILogger log, double milliseconds, double period);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Boards} board(s), listening at {Path}")]
    public static partial void Listening(this ILogger log, int boards, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "walls: {Walls}")]
    public static partial void Walled(this ILogger log, string walls);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Result}")]
    public static partial void Ended(this ILogger log, string result);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Board}: a bug in guard itself; the board is made safe")]
    public static partial void Bug(this ILogger log, Exception bug, string board);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: {Limit}")]
    public static partial void Limited(this ILogger log, string board, string limit);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: settings {Note}")]
    public static partial void SettingsDecided(this ILogger log, string board, string note);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Board}: asked for {Key} = {Value}: {Answer}")]
    public static partial void Asked(this ILogger log, string board, string key, string value, string answer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the settings could not be written: {Reason}")]
    public static partial void SettingsNotKept(this ILogger log, string reason);
}
