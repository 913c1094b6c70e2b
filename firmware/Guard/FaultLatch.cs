namespace Firmware.Guard;

/// <summary>What ended the work of a board, with what was known in that moment.</summary>
/// <param name="Seconds">Since the start of guard.</param>
/// <param name="Readings">One line for each part that was read: name and value, or why there is none.</param>
public sealed record Fault(string Board, FaultKind Kind, string Cause, double Seconds, string[] Readings);

/// <summary>
/// Keeps the first fault. What follows it is mostly its consequence, so a later one never replaces it; only a person
/// clears it, for now by a restart.
/// </summary>
public sealed class FaultLatch(string board)
{
    /// <summary>The first fault, or null.</summary>
    public Fault? First { get; private set; }

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
}
