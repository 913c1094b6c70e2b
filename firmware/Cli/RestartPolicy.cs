namespace Firmware.Cli;

/// <summary>When a process that ended may start again: at growing distances, and not for ever.</summary>
/// <param name="startsMax">How many restarts <paramref name="window"/> may hold.</param>
internal sealed class RestartPolicy(int startsMax, TimeSpan window)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Queue<TimeSpan> ends = new();

    /// <summary>The moment for the next start, or null where it ended too often: then somebody has to look.</summary>
    public TimeSpan? NextStart(TimeSpan endedAt)
    {
        ends.Enqueue(endedAt);
        while (ends.Peek() < endedAt - window)
        {
            ends.Dequeue();
        }

        return ends.Count > startsMax ? null : endedAt + Distance(ends.Count);
    }

    private static TimeSpan Distance(int count) =>
        TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * Math.Pow(2, count - 1), Longest.TotalSeconds));
}
