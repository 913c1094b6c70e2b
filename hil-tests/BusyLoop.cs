using System.Globalization;
using System.Runtime.InteropServices;

namespace HilTests;

/// <summary>
/// Sends a thread of a process round and round in one instruction: what a loop without an end in our own code would
/// look like from outside. x64 only; needs the right to trace.
/// </summary>
internal static partial class BusyLoop
{
    private const int PeekText = 1;
    private const int PokeText = 4;
    private const int GetRegisters = 12;
    private const int SetRegisters = 13;
    private const int Attach = 16;
    private const int Detach = 17;
    private const int WaitForClones = 0x4000_0000; // __WALL

    // Of user_regs_struct, in words.
    private const int RegisterWords = 27;
    private const int OriginalRax = 15;
    private const int InstructionPointer = 16;

    /// <summary>jmp to itself.</summary>
    private const nint Forever = 0xFEEB;

    /// <param name="name">The thread's, or how it begins; null for the first thread.</param>
    public static void Begin(int process, string? name)
    {
        var thread = name is null ? process : Threads(process).First(one => NameOf(process, one).StartsWith(
            name, StringComparison.Ordinal));
        var spins = false;
        var tracer = new Thread(() => spins = Spin(process, thread)) { Name = "tracer" }; // One thread must do it all.
        tracer.Start();
        tracer.Join();
        Assert.True(spins, $"Thread {thread} of process {process} cannot be traced.");
    }

    private static IEnumerable<int> Threads(int process) => Directory.GetDirectories($"/proc/{process}/task")
        .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    private static string NameOf(int process, int thread) =>
        File.ReadAllText($"/proc/{process}/task/{thread}/comm").Trim();

    private static bool Spin(int process, int thread)
    {
        if (Trace(Attach, thread, 0, 0) != 0)
        {
            return false;
        }

        _ = WaitFor(thread, 0, WaitForClones);
        var at = StartOfCode(process);
        var registers = new ulong[RegisterWords];
        var word = Trace(PeekText, thread, at, 0);
        var spins = Trace(PokeText, thread, at, (word & ~(nint)0xFFFF) | Forever) == 0
            && Registers(GetRegisters, thread, registers) == 0;
        registers[InstructionPointer] = (ulong)at;
        registers[OriginalRax] = ulong.MaxValue; // An interrupted system call is not begun again.
        spins = spins && Registers(SetRegisters, thread, registers) == 0;
        return Trace(Detach, thread, 0, 0) == 0 && spins;
    }

    /// <summary>Where the program's own code begins: that ran when the process started, and never again.</summary>
    private static nint StartOfCode(int process)
    {
        var program = File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)!.FullName;
        var code = File.ReadLines($"/proc/{process}/maps")
            .First(line => line.Contains(" r-xp ", StringComparison.Ordinal)
                && line.EndsWith(program, StringComparison.Ordinal));
        return nint.Parse(code.Split('-')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static unsafe nint Registers(int request, int thread, ulong[] registers)
    {
        fixed (ulong* words = registers)
        {
            return Trace(request, thread, 0, (nint)words);
        }
    }

    /// <summary>As libc has it: a word that is peeked at is what it returns.</summary>
    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial nint Trace(long request, int thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int thread, nint status, int options);
}
