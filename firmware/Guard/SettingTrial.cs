namespace Firmware.Guard;

/// <summary>How a change of settings stands.</summary>
public enum TrialVerdict : byte
{
    Underway,

    /// <summary>The board has worked with it for long enough.</summary>
    Proven,

    /// <summary>The board has not worked with it.</summary>
    Failed,
}

/// <summary>
/// A change of settings on trial: the board has to run with it for a minute, and to find something. A pause is no
/// failure, and neither is a board that waits for work; a run that ends before anything was found is one. Holds no
/// hardware and reads no clock.
/// </summary>
public sealed class SettingTrial
{
    public static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(60);

    /// <summary>What is found is told as of the last ten seconds: until then it may be of before the change.</summary>
    public static readonly TimeSpan FoundAfter = TimeSpan.FromSeconds(15);

    private TimeSpan? since;
    private bool hasFound;

    /// <param name="works">The board has power, and its chips are free.</param>
    /// <param name="results">What they find in a second.</param>
    /// <param name="isPaused">Somebody wants it to stand still.</param>
    public TrialVerdict Step(bool works, double results, bool isPaused, TimeSpan now)
    {
        if (!works)
        {
            var ended = since is not null && !hasFound && !isPaused;
            since = null;
            hasFound = false;
            return ended ? TrialVerdict.Failed : TrialVerdict.Underway;
        }

        since ??= now;
        hasFound |= results > 0 && now - since >= FoundAfter;
        return hasFound && now - since >= ProvenAfter ? TrialVerdict.Proven : TrialVerdict.Underway;
    }
}
