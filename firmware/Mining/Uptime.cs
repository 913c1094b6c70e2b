using System.Diagnostics;

namespace Firmware.Mining;

/// <summary>The monotonic time of this process: what every decision takes as its "now".</summary>
public static class Uptime
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    /// <summary>Since the process began to run our code. Never runs backwards.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(Start);
}
