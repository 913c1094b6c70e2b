using System.Runtime.InteropServices;

namespace Benchmarks;

/// <summary>What this thread has cost the processor: waiting and neighbours do not count.</summary>
internal static partial class CpuTime
{
    private const int ProcessCpuTime = 2; // CLOCK_PROCESS_CPUTIME_ID
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    public static long Nanoseconds() => Of(ThreadCpuTime);

    /// <summary>What all threads of this process have cost it.</summary>
    public static long OfProcess() => Of(ProcessCpuTime);

    private static long Of(int clock)
    {
        _ = GetTime(clock, out var time);
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
