using System.Runtime.InteropServices;

namespace Benchmarks;

/// <summary>
/// Puts this process, and every one it starts from then on, before ordinary ones: what is left of a latency is the
/// programs' own and not the queue for the processor. Miner and floor get it alike.
/// </summary>
internal static partial class RealTime
{
    private const int RoundRobin = 2; // SCHED_RR
    private const int Priority = 50;

    /// <summary>False where the kernel does not let us: it takes CAP_SYS_NICE.</summary>
    public static bool TryBegin() => SetScheduler(0, RoundRobin, Priority) == 0;

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int process, int policy, in int priority);
}
