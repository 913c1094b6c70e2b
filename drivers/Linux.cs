using System.Runtime.InteropServices;

namespace Drivers;

/// <summary>The few system calls that .NET has no span-shaped, non-blocking, signal-safe form of.</summary>
public static partial class Linux
{
    public const short PollIn = 0x001;
    public const short PollOut = 0x004;
    public const short PollError = 0x008;
    public const short PollHangUp = 0x010;

    public const int ReadWrite = 0x2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int EINTR = 4;
    public const int EAGAIN = 11;

    private const int RoundRobin = 2; // SCHED_RR
    private const int ResetOnFork = 0x4000_0000; // SCHED_RESET_ON_FORK

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Ready;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    /// <summary>The same to the fraction of a millisecond; a time in the past is none.</summary>
    public static unsafe int Poll(PollEntry* entries, nuint count, TimeSpan timeout)
    {
        const int nanosecondsPerTick = 100;
        var ticks = Math.Max(0, timeout.Ticks);
        var time = new TimeSpec
        {
            Seconds = (nint)Math.Min(ticks / TimeSpan.TicksPerSecond, int.MaxValue),
            Nanoseconds = (nint)(ticks % TimeSpan.TicksPerSecond * nanosecondsPerTick),
        };
        return Poll(entries, count, &time, null);
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int descriptor, byte* buffer, nuint count);

    /// <summary>
    /// read(2) of a descriptor that never blocks, on the way of a job or a nonce: without the bookkeeping for a garbage
    /// collection, which waits for it meanwhile. A failure is kept as <see cref="Read"/> keeps it.
    /// </summary>
    public static unsafe nint ReadNow(int descriptor, byte* buffer, nuint count) =>
        KeepFailure(ReadShort(descriptor, buffer, count));

    /// <summary>write(2), in the same way.</summary>
    public static unsafe nint WriteNow(int descriptor, byte* buffer, nuint count) =>
        KeepFailure(WriteShort(descriptor, buffer, count));

    /// <summary>What SetLastError does, but only where there is something to keep.</summary>
    /// <param name="answer">Of a call without a GC transition: nothing else has touched errno since.</param>
    public static nint KeepFailure(nint answer)
    {
        if (answer < 0)
        {
            Marshal.SetLastPInvokeError(Marshal.GetLastSystemError());
        }

        return answer;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int IoControl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint argument, nuint third, nuint fourth, nuint fifth);

    /// <summary>setpriority(2) of one thread: 0 where it was obeyed.</summary>
    /// <param name="which">0 (PRIO_PROCESS): on Linux it is the thread.</param>
    /// <param name="who">Its number; 0 is the calling one.</param>
    /// <param name="nice">-20 (before others) to 19.</param>
    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetPriority(int which, int who, int nice);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>
    /// Puts the calling thread before all ordinary ones (SCHED_RR), so that a busy machine does not keep it waiting;
    /// what it starts is ordinary again. False where the right to do so is missing: the thread then waits its turn.
    /// </summary>
    /// <param name="priority">1 to 99; the higher goes first.</param>
    public static unsafe bool TryGoFirst(int priority) =>
        SetScheduler(0, RoundRobin | ResetOnFork, &priority) == 0;

    /// <summary>Whether the calling thread goes before all ordinary ones.</summary>
    public static bool GoesFirst => (GetScheduler(0) & ~ResetOnFork) == RoundRobin;

    /// <summary>
    /// Acts as an ordinary thread, and then is again what it was. For what starts threads: the runtime spins until a
    /// new thread runs and gives way only to its own priority: who goes first spins in vain on the only core.
    /// </summary>
    public static unsafe void WaitingItsTurn(Action act)
    {
        const int ordinary = 0 | ResetOnFork; // SCHED_OTHER; only a privileged thread may drop the flag.
        var (policy, priority, none) = (GetScheduler(0), 0, 0);
        _ = GetSchedulerParameters(0, &priority);
        _ = SetScheduler(0, ordinary, &none);
        try
        {
            act();
        }
        finally
        {
            _ = SetScheduler(0, policy, &priority);
        }
    }

    /// <summary>
    /// Puts the calling thread behind the others, as far as the kernel lets it; at 19 it gets only what nobody else
    /// wants (SCHED_IDLE).
    /// </summary>
    /// <param name="nice">0 to 19.</param>
    public static unsafe void GoLast(int nice)
    {
        const int thisThread = 0; // PRIO_PROCESS: on Linux it is the thread.
        const int idle = 5;
        const int niceMax = 19;
        var priority = 0;
        _ = SetPriority(thisThread, 0, nice);
        if (nice == niceMax)
        {
            _ = SetScheduler(0, idle, &priority);
        }
    }

    /// <summary>Processor time of the calling thread.</summary>
    public static unsafe TimeSpan ThreadTime()
    {
        const int threadCpuTime = 3;
        const int nanosecondsPerTick = 100;
        TimeSpec time;
        _ = GetTime(threadCpuTime, &time);
        return new(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / nanosecondsPerTick);
    }

    /// <param name="ends">Two descriptors: to read from, and to write to.</param>
    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcess();

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    public static unsafe partial nint GetRandom(byte* buffer, nuint count, uint flags);

    /// <summary>struct timex of adjtimex(2), as far as somebody looks; the kernel writes to the rest too.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct TimeState
    {
        public uint Modes;
        public nint Offset;
        public nint Frequency;
        public nint MaximumError;
        public nint EstimatedError;
        public int Status;
        private fixed byte rest[208];
    }

    /// <summary>The state of the kernel's clock; -1 where the kernel does not tell.</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    public static unsafe partial int AdjustTime(TimeState* state);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "read")]
    private static unsafe partial nint ReadShort(int descriptor, byte* buffer, nuint count);

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint WriteShort(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static unsafe partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, TimeSpec* time);

    [LibraryImport("libc", EntryPoint = "sched_getscheduler")]
    private static partial int GetScheduler(int thread);

    [LibraryImport("libc", EntryPoint = "sched_getparam")]
    private static unsafe partial int GetSchedulerParameters(int thread, int* priority);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static unsafe partial int SetScheduler(int thread, int policy, int* priority);

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
