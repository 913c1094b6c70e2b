namespace Firmware.Guard;

/// <summary>
/// Whether a board that a fault ended may start again by itself, and when. Only heat and a weak supply pass by
/// themselves; everything else waits for a person. Reads no clock and holds no hardware.
/// </summary>
public sealed class RestartRule
{
    /// <summary>More restarts than that within <see cref="Window"/> are no cure.</summary>
    public const int RestartsMax = 3;

    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Delays =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    private readonly List<TimeSpan> restarts;

    /// <param name="ages">How long ago the board was restarted, before guard itself was started.</param>
    /// <param name="now">Time since the start of guard; it never runs backwards.</param>
    public RestartRule(IEnumerable<TimeSpan> ages, TimeSpan now)
    {
        restarts = [.. ages.Select(age => now - age).Order()];
        Forget(now);
    }

    /// <summary>How many restarts still count.</summary>
    public int Count => restarts.Count;

    /// <summary>How long ago each of them was.</summary>
    public IEnumerable<TimeSpan> Ages(TimeSpan now) => restarts.Select(restart => now - restart);

    /// <summary>How long the board has to stay off, or null where only a person may start it again.</summary>
    public TimeSpan? DelayAfter(FaultKind kind, TimeSpan now)
    {
        Forget(now);
        return PassesByItself(kind) && restarts.Count < RestartsMax ? Delays[restarts.Count] : null;
    }

    public void Restarted(TimeSpan now) => restarts.Add(now);

    /// <summary>Drops what is too long ago to count; true where there was such a restart.</summary>
    public bool Forget(TimeSpan now) => restarts.RemoveAll(restart => now - restart >= Window) > 0;

    /// <summary>A person has looked.</summary>
    public void Clear() => restarts.Clear();

    public static bool PassesByItself(FaultKind kind) => kind is FaultKind.Heat or FaultKind.Sag;
}
