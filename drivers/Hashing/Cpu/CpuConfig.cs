namespace Drivers.Hashing.Cpu;

/// <summary>This machine's cores as a chip.</summary>
/// <param name="Threads">Each of them counts as a chip.</param>
/// <param name="Nice">0 (like everybody) to 19 (only what others leave), as setpriority(2) has it.</param>
public sealed record CpuConfig(int Threads, int Nice)
{
    public const int ThreadsMax = 1024;
    public const int NiceMax = 19;

    /// <summary>
    /// The clock of a core is the kernel's business, not ours. What we set is how much of its time a thread hashes, and
    /// that takes the clock's place everywhere: one megahertz is one percent, and so this is a thread that never rests.
    /// </summary>
    public static readonly Megahertz FullDuty = new(100);
}
