using System.Globalization;
using System.Runtime.InteropServices;

using Drivers;

namespace Simulator;

/// <summary>
/// The kernel's workers that carry what was written to one end of a pty to the other. They wait their turn like any
/// program, so that on a machine with much else to do bytes arrive late that on a wire would not: for tests, they are
/// put before ordinary programs. Without the right to do that they stay as they are.
/// </summary>
public static partial class KernelWorkers
{
    private const int OneProcess = 0;
    private const int Ordinary = 0;
    private const int BeforeOthers = -15;

    /// <summary>The kernel makes new ones, and ends those that had nothing to do for five minutes.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private static readonly Lazy<Thread> Keeper = new(Begin);

    /// <summary>From now on, until this process ends.</summary>
    public static void GoFirst() => _ = Keeper.Value;

    private static Thread Begin()
    {
        var thread = new Thread(Keep) { IsBackground = true, Name = "kernel workers" };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Change(BeforeOthers, Ordinary);
        thread.Start();
        return thread;
    }

    private static void Keep()
    {
        while (Change(Ordinary, BeforeOthers))
        {
            Thread.Sleep(Pace);
        }
    }

    /// <summary>False where the right to is missing.</summary>
    private static bool Change(int from, int to) => Workers()
        .Where(worker => GetPriority(OneProcess, worker) == from)
        .All(worker => Linux.SetPriority(OneProcess, worker, to) == 0 || !Directory.Exists($"/proc/{worker}"));

    private static IEnumerable<int> Workers() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0]) && Comm(folder).StartsWith("kworker/u", StringComparison.Ordinal)
        select int.Parse(name, CultureInfo.InvariantCulture);

    private static string Comm(string process)
    {
        try
        {
            return File.ReadAllText(process + "/comm");
        }
        catch (IOException)
        {
            return ""; // It has ended.
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int who);
}
