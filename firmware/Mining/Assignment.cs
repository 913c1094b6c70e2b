using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>One piece of work that went to the chips in a slot. The default is an empty slot.</summary>
/// <param name="Job">What it was made from; null where the slot was never used.</param>
/// <param name="Work">What the chips were told: the job's header with its ntime grown.</param>
/// <param name="Number">1, 2, 3 … in the order they were handed out; never used twice on a chain.</param>
/// <param name="Retired">The tip has moved on, or the pool took the job back.</param>
public readonly record struct Assignment(Job? Job, Work Work, long Number, bool Retired)
{
    /// <summary>What the header's merkle root was made with; empty where the pool made it.</summary>
    public Extranonce Extranonce { get; init; }
}
