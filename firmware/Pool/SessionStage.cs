namespace Firmware.Pool;

/// <summary>How far a session has come.</summary>
public enum SessionStage : byte
{
    Handshake,
    Setup,
    Opening,
    AwaitingJob,
    Mining,
    Ended,
}
