namespace Firmware.Guard;

/// <summary>What the shell does to the reset line.</summary>
public enum ResetAction : byte
{
    None,
    Hold,
    Release,
}

/// <summary>
/// Releases chips with a fresh pulse (boards-and-peripherals §5.1, step 7): low for 100 ms, high, and 100 ms until
/// they may be spoken to. Holding them is immediate. Whatever the line does not obey is tried again every 100 ms, and
/// meanwhile the chips do not count as free.
/// </summary>
public sealed class ResetPulse
{
    public static readonly TimeSpan Width = TimeSpan.FromMilliseconds(100);

    private Level level;
    private TimeSpan since = -Width;

    private enum Level : byte
    {
        /// <summary>Nothing is known: it was never driven, or did not obey.</summary>
        Unknown,

        /// <summary>Low, and meant to stay so.</summary>
        Held,

        /// <summary>Low, as the first half of a pulse.</summary>
        Low,
        High,
        Released,
    }

    /// <summary>The chips are out of reset and have had their time.</summary>
    public bool IsReleased => level == Level.Released;

    /// <summary>How many times in a row the line has not obeyed.</summary>
    public int Refusals { get; private set; }

    /// <summary>When <see cref="Next"/> has something to do, or null.</summary>
    public TimeSpan? Due(bool hold) => (hold, level) switch
    {
        (true, Level.Held) or (false, Level.Released) => null,
        (_, Level.Unknown) or (false, Level.Low or Level.High) => since + Width,
        _ => TimeSpan.MinValue,
    };

    /// <summary>What to do now. What is not None is done at once and answered by <see cref="Answer"/>.</summary>
    /// <param name="hold">Whether the chips shall be held.</param>
    public ResetAction Next(bool hold, TimeSpan now)
    {
        if (!(Due(hold) <= now))
        {
            return ResetAction.None;
        }

        if (!hold && level == Level.High)
        {
            level = Level.Released;
            return ResetAction.None;
        }

        return !hold && level == Level.Low ? ResetAction.Release : ResetAction.Hold;
    }

    /// <param name="hold">As it was given to <see cref="Next"/>.</param>
    /// <param name="obeyed">False: the line did not answer, or reads back otherwise.</param>
    /// <param name="now">When the action was done.</param>
    public void Answer(ResetAction done, bool hold, bool obeyed, TimeSpan now)
    {
        level = !obeyed ? Level.Unknown
            : done == ResetAction.Release ? Level.High
            : hold ? Level.Held
            : Level.Low;
        Refusals = obeyed ? 0 : Refusals + 1;
        since = now;
    }
}
