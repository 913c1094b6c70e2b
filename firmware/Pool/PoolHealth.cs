namespace Firmware.Pool;

/// <summary>How a connection to a pool came to its end.</summary>
public enum Ending : byte
{
    /// <summary>Nobody took the connection: no such host, no route, no answer.</summary>
    Unreachable,

    /// <summary>It stood, and ended before the first job: refused, not proven, or silent.</summary>
    Refused,

    /// <summary>It had given work, and ended.</summary>
    Lost,
}

/// <summary>
/// How much a pool can be relied on, from 0 to 1: every failure takes some of it away, a refusal more, and time with
/// work brings it back. Nobody's enemy at the start: 1.
/// </summary>
public sealed class PoolHealth
{
    /// <summary>Below it, one failure is enough to look elsewhere.</summary>
    public const double Doubtful = 0.5;

    /// <summary>Three failures in a row leave 0.51: doubted from the next one on.</summary>
    private const double AfterFailure = 0.8;

    private const double AfterRefusal = 0.5;

    /// <summary>Twenty in a row, which end a session, leave two thirds.</summary>
    private const double AfterRefusedShare = 0.98;

    /// <summary>So much time with work mends all but 1/e of what is missing.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(10);

    /// <summary>From 0 to 1. May be read by any thread.</summary>
    public double Score { get; private set; } = 1;

    public bool IsDoubtful => Score < Doubtful;

    public void Failed(Ending how) => Score *= how == Ending.Refused ? AfterRefusal : AfterFailure;

    public void RefusedShare() => Score *= AfterRefusedShare;

    /// <summary>It gave work for so long.</summary>
    public void Worked(TimeSpan time) => Score = 1 - ((1 - Score) * Math.Exp(-(time / Recovery)));
}
