namespace Firmware.Link;

/// <summary>
/// What guard and mine last said of themselves, for whoever shows it to people. One thread owns it. A status older than
/// <see cref="StaleAfter"/> is none: a page must not show yesterday's temperature.
/// </summary>
public sealed class StatusFeed : IDisposable
{
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(3);

    private readonly LinkClient guard;
    private readonly LinkClient mine;
    private GuardStatus? lastGuard;
    private MineStatus? lastMine;
    private TimeSpan guardAt;
    private TimeSpan mineAt;

    /// <exception cref="UsageException">The folder's path is too long for a socket in it.</exception>
    public StatusFeed(string folder)
    {
        guard = new LinkClient(LinkPaths.Guard(folder));
        mine = new LinkClient(LinkPaths.Mine(folder));
    }

    /// <summary>The last word of mine, however old: the sums of a mine that has ended.</summary>
    public MineStatus? LastMine => lastMine;

    public GuardStatus? Guard(TimeSpan now) => now - guardAt <= StaleAfter ? lastGuard : null;

    public MineStatus? Mine(TimeSpan now) => now - mineAt <= StaleAfter ? lastMine : null;

    /// <summary>A mine that is started anew counts from zero again.</summary>
    public void ForgetMine() => lastMine = null;

    /// <summary>Waits at most so long for lines, and takes all that are there.</summary>
    public void Poll(TimeSpan timeout, TimeSpan now)
    {
        guard.Wait(TimeSpan.Zero, now);
        mine.Wait(timeout, now);
        while (guard.TryNext(out var line))
        {
            (lastGuard, guardAt) = line.Guard is { } status ? (status, now) : (lastGuard, guardAt);
        }

        while (mine.TryNext(out var line))
        {
            (lastMine, mineAt) = line.Mine is { } status ? (status, now) : (lastMine, mineAt);
        }
    }

    public void Dispose()
    {
        guard.Dispose();
        mine.Dispose();
    }
}
