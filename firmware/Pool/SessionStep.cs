namespace Firmware.Pool;

/// <summary>What came of bytes or of time passing.</summary>
public readonly ref struct SessionStep
{
    /// <summary>What it means for each chain, in the order of the terms. Valid until the next call.</summary>
    public required ReadOnlySpan<ChannelStep> Chains { get; init; }

    /// <summary>Call <see cref="PoolSession.Tick"/> then, or earlier.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>There was a job for a tip to come: the tip itself mostly follows at once.</summary>
    public required bool TipIsNear { get; init; }

    /// <summary>Why the session is over, in one sentence; null while it goes on.</summary>
    public required string? Ended { get; init; }
}
