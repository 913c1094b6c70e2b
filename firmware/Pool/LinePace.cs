namespace Firmware.Pool;

/// <summary>
/// How many lines of the log a pool may cause: many at once, and few for ever. What a line would have said stays in
/// the status. A pure step; its owner is one thread.
/// </summary>
/// <param name="atOnceMax">So many lines at once after a long silence.</param>
/// <param name="perLine">And for ever one in this time.</param>
internal sealed class LinePace(int atOnceMax, TimeSpan perLine)
{
    private TimeSpan paidUntil;

    /// <summary>There is room for a line: <see cref="Take"/> it.</summary>
    public bool HasRoom(TimeSpan now) => paidUntil - now <= (atOnceMax - 1) * perLine;

    public void Take(TimeSpan now) => paidUntil = (paidUntil > now ? paidUntil : now) + perLine;
}
