using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>What a message from the pool means for the chips.</summary>
/// <param name="Start">The job to hash from now on, or null where there is none to start.</param>
/// <param name="StopOldWork">The work in hand has lost its worth, whether or not there is new work.</param>
public readonly record struct ChannelStep(Job? Start = null, bool StopOldWork = false)
{
    /// <summary>
    /// The channel cannot go on, and this sentence says why: it hears nothing more, and the pool is to be told.
    /// </summary>
    public string? CloseBecause { get; init; }

    /// <summary>Something odd that ends nothing, in one sentence; null where there is nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>Two steps in one: the chips need only hear how it ended.</summary>
    public ChannelStep Then(ChannelStep later) => new(
        later.Start ?? (later.StopOldWork ? null : Start),
        StopOldWork || later.StopOldWork)
    {
        CloseBecause = CloseBecause ?? later.CloseBecause,
        Notice = later.Notice ?? Notice,
    };
}
