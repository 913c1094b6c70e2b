using Microsoft.Extensions.Logging;

namespace Firmware.Mining;

/// <summary>What the chains' threads tell people: changes, never events that come by the second.</summary>
internal static partial class MiningLog
{
    [LoggerMessage(LogLevel.Information, "{Board}: {Reason}")]
    public static partial void BoardChanged(this ILogger log, string board, string reason);

    [LoggerMessage(LogLevel.Warning, "{Board}: {Trouble}")]
    public static partial void PortLost(this ILogger log, string board, string trouble);

    [LoggerMessage(LogLevel.Information, "guard: {Change}")]
    public static partial void GuardChanged(this ILogger log, string change);

    [LoggerMessage(LogLevel.Warning, "{Board}: {Note}")]
    public static partial void ChainNoted(this ILogger log, string board, string note);
}
