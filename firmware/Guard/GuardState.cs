namespace Firmware.Guard;

/// <summary>Where a board stands. The default is off.</summary>
public enum GuardState : byte
{
    /// <summary>No power, and nobody has asked for it since the board appeared.</summary>
    Off,

    /// <summary>Being brought up, by <see cref="PowerSequence"/>.</summary>
    Starting,

    /// <summary>Power is good.</summary>
    Running,

    /// <summary>Power is good, but something is so hot that the clock has to be low.</summary>
    Reduced,

    /// <summary>No power because nobody wants it any more; no fault. It starts again by itself.</summary>
    Idle,

    /// <summary>No power because of a fault, until a restart.</summary>
    SafeOff,
}

internal static class GuardStateWords
{
    /// <summary>As it stands in the status and in the log.</summary>
    public static string Word(this GuardState state) => state switch
    {
        GuardState.Off => "off",
        GuardState.Starting => "starting",
        GuardState.Running => "running",
        GuardState.Reduced => "reduced",
        GuardState.Idle => "idle",
        _ => "safe-off",
    };
}
