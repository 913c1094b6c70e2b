namespace Firmware.Pool;

/// <summary>How far a session has come.</summary>
public enum SessionStage : byte
{
    Handshake,
    Setup,

    /// <summary>The pool is asked for an extension; only where one is wanted.</summary>
    Extensions,

    Opening,
    AwaitingJob,
    Mining,
    Ended,
}
