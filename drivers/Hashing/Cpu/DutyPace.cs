namespace Drivers.Hashing.Cpu;

/// <summary>
/// Keeps a thread to its part of the time: after each piece of work it says how long to rest. Time that the thread was
/// kept waiting by others counts as rest, but is not saved up for later.
/// </summary>
internal struct DutyPace
{
    private TimeSpan usedBefore;
    private TimeSpan since;

    /// <param name="used">The thread's processor time.</param>
    /// <param name="now">Time since some start.</param>
    /// <param name="duty">Above 0, at most 1.</param>
    public TimeSpan Rest(TimeSpan used, TimeSpan now, double duty)
    {
        var rest = (used - usedBefore) / duty - (now - since);
        if (rest <= TimeSpan.Zero)
        {
            (usedBefore, since) = (used, now);
            return TimeSpan.Zero;
        }

        return rest;
    }
}
