using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Drivers;

namespace Firmware.Walls;

/// <summary>
/// Puts a process behind its <see cref="Wall"/>. Half of it binds the thread that asks for it and what comes after, so
/// the process gives up its rights, lays down the rules of files, and then becomes the same program anew: every thread
/// of the second life was born behind them. The filter of system calls is put before all threads there. Where a
/// kernel, or an emulator, knows one of these not, the process goes on without it, and says so.
/// </summary>
public static class Enclosure
{
    /// <summary>What the first life has to tell the second: what it laid down.</summary>
    private const string LifeBefore = "SV2FW_BEHIND_WALL";

    private const nint SetFilter = 1; // SECCOMP_SET_MODE_FILTER
    private const nint AllThreads = 1; // SECCOMP_FILTER_FLAG_TSYNC

    /// <summary>True in the second life, and where there is none to come.</summary>
    public static bool IsRaised =>
        RuntimeFeature.IsDynamicCodeSupported || Environment.GetEnvironmentVariable(LifeBefore) is not null;

    /// <summary>
    /// Returns in the second life, or where there cannot be one, with one line that says what holds and what does not.
    /// The first life's other threads, open files and memory are gone then; call it before anything is begun.
    /// </summary>
    /// <param name="keep">More words for the second life's environment: NAME=value.</param>
    public static string PutUp(Wall wall, params string[] keep)
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            return "no walls: this build is not the native one";
        }

        if (SystemCalls.Here is not { } calls)
        {
            return "no walls: this processor's calls are not known";
        }

        var told = Environment.GetEnvironmentVariable(LifeBefore);
        if (told is null)
        {
            var laid = LayDown(wall, calls);
            BeginAnew([$"{LifeBefore}={laid}", .. keep]);

            // Here only where the program could not become itself: an emulator of another processor, say.
            told = "NOT for every thread: this machine cannot start the program anew: " + laid;
        }

        return $"{told}; {Filter(wall, calls)}; {Privilege(calls)}";
    }

    private static string LayDown(Wall wall, SystemCalls calls)
    {
        if (!Privileges.TryFreeze())
        {
            return "files: NOT walled off, for this kernel has no no_new_privs";
        }

        _ = Privileges.TryKeepOnly(wall.Keeps, calls);
        var version = FileRules.Version();
        if (version == 0 || !FileRules.TryPutUp(wall, version))
        {
            return "files: NOT walled off, for this kernel has no Landlock";
        }

        var files = wall.Reads is null ? "files: writes only below " : "files: only its own and ";
        var tcp = version >= FileRules.KnowsTcp ? "" : ", TCP NOT walled off (Landlock before 4)";
        return $"{files}{string.Join(", ", wall.Writes)} (Landlock {version}){tcp}";
    }

    private static unsafe string Filter(Wall wall, SystemCalls calls)
    {
        _ = Privileges.TryFreeze();
        var steps = CallFilter.Of(wall, calls);
        fixed (FilterStep* first = steps)
        {
            var program = new Kernel.FilterProgram { Length = (ushort)steps.Length, Steps = first };
            var answer = Kernel.Call(calls.Filter, SetFilter, AllThreads, (nint)(&program), 0);
            return answer != 0 ? $"sockets: NOT walled off ({Marshal.GetLastPInvokeErrorMessage()})"
                : IsLocalOnly(wall) ? "sockets: of this machine alone (tried)"
                : $"sockets: {wall.Sockets} and those of this machine";
        }
    }

    /// <summary>Not believed but tried: the one promise that nobody may break.</summary>
    private static bool IsLocalOnly(Wall wall)
    {
        if (wall.Sockets != Sockets.Local)
        {
            return false;
        }

        foreach (var family in new[] { 2, 10 })
        {
            var socket = Kernel.Socket(family, 1, 0);
            if (socket >= 0)
            {
                _ = Linux.Close(socket);
                throw new StartException("The kernel took the filter of system calls, and still makes IP sockets.");
            }
        }

        return true;
    }

    private static string Privilege(SystemCalls calls)
    {
        var hidden = Privileges.TryHide() ? "" : "; NOT hidden from other processes";
        var frozen = Linux.ProcessControl(Kernel.GetNoNewPrivileges, 0, 0, 0, 0) == 1 ? "" : "; rights NOT frozen";
        var effective = Privileges.Effective(calls);
        var rights = Enum.GetValues<Capability>().Where(one => (effective >> (int)one & 1) == 1).ToArray();
        var others = effective & ~rights.Aggregate(0UL, (all, one) => all | 1UL << (int)one);
        var kept = rights.Length == 0 ? "none" : string.Join(", ", rights);
        return $"rights: {(others == 0 ? kept : $"NOT given up ({effective:X})")}{frozen}{hidden}";
    }

    /// <summary>The same program with the same words, in the same process. Comes back only where that failed.</summary>
    private static unsafe void BeginAnew(string[] more)
    {
        // Out of the runtime and not out of /proc, which a root folder need not have.
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>();
        var (words, argv) = Terminated(Environment.GetCommandLineArgs());
        var (settings, envp) = Terminated([.. variables.Select(one => $"{one.Key}={one.Value}"), .. more]);
        fixed (byte* firstWord = words, firstSetting = settings)
        {
            var arguments = From((nint)firstWord, argv);
            var environment = From((nint)firstSetting, envp);
            fixed (nint* firstArgument = arguments, firstVariable = environment)
            {
                // The path keeps the process's name; the link is there where the file has been replaced.
                _ = Kernel.Execute(Environment.ProcessPath ?? "", (byte**)firstArgument, (byte**)firstVariable);
                _ = Kernel.Execute("/proc/self/exe", (byte**)firstArgument, (byte**)firstVariable);
            }
        }
    }

    private static nint[] From(nint start, int[] beginnings) =>
        Array.ConvertAll(beginnings, at => at < 0 ? 0 : start + at);

    /// <summary>Texts with a zero behind each, and where each begins; the last "beginning" is none.</summary>
    private static (byte[] Bytes, int[] Beginnings) Terminated(string[] texts)
    {
        var bytes = new List<byte>();
        var beginnings = new List<int>(texts.Length + 1);
        foreach (var text in texts)
        {
            beginnings.Add(bytes.Count);
            bytes.AddRange(Encoding.UTF8.GetBytes(text + '\0'));
        }

        return ([.. bytes], [.. beginnings, -1]);
    }
}
