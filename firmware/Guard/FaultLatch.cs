namespace Firmware.Guard;

/// <summary>What ended the work of a board, with what was known in that moment.</summary>
/// <param name="Seconds">Since the start of guard.</param>
/// <param name="Readings">One line for each part that was read: name and value, or why there is none.</param>
public sealed record Fault(string Board, FaultKind Kind, string Cause, double Seconds, string[] Readings)
{
    /// <summary>By the machine's clock, which may be wrong: for people, and for no decision.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The same without a clock.</summary>
    public BootMoment Moment { get; init; }

    /// <summary>How long the board stays off before it starts again by itself; null waits for a person.</summary>
    public double? RestartAfterSeconds { get; init; }

    /// <summary>The minute before it; null where it is lost.</summary>
    public FaultTrace? Trace { get; init; }
}

/// <summary>
/// Keeps the first fault. What follows it is mostly its consequence, so a later one never replaces it; only a person
/// clears it, or the rule that a board may start again by.
/// </summary>
/// <param name="first">What an earlier guard has left, or null.</param>
public sealed class FaultLatch(string board, Fault? first = null)
{
    /// <summary>The first fault, or null.</summary>
    public Fault? First { get; private set; } = first;

    /// <summary>True where this fault is the first, and so the one to keep and tell.</summary>
    public bool Trip(FaultCause cause, IEnumerable<string> readings, TimeSpan now)
    {
        if (First is not null)
        {
            return false;
        }

        First = new(board, cause.Kind, cause.Words, now.TotalSeconds, [.. readings]);
        return true;
    }

    /// <summary>Adds to the first fault what is known a moment later.</summary>
    public void Complete(DateTimeOffset at, BootMoment moment, TimeSpan? restartAfter) => First = First! with
    {
        At = at,
        Moment = moment,
        RestartAfterSeconds = restartAfter?.TotalSeconds,
    };

    public void Clear() => First = null;
}
