using System.Diagnostics;

namespace Simulator;

/// <summary>CLOCK_MONOTONIC, so that a time taken in one process can be compared with one taken in another.</summary>
public static class MonotonicClock
{
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);
}
