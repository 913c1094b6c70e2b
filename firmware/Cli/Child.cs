using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

using Drivers;

namespace Firmware.Cli;

/// <summary>One verb of this binary as a process. Started on the main thread: see <see cref="StopSignal"/>.</summary>
internal sealed class Child : IDisposable
{
    private const int SigTerm = 15;
    private const int SigKill = 9;

    private readonly Process process;

    private Child(string verb, Process process)
    {
        Verb = verb;
        this.process = process;
    }

    public string Verb { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>As a shell has it: 128 + n for a process that signal n ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <param name="notifySocket">Where the child reports that it lives (sd_notify), or null.</param>
    /// <param name="patience">How long it may stay silent there.</param>
    /// <returns>Null where the machine has no room for another process now: trying again later may help.</returns>
    public static Child? TryStart(string verb, IEnumerable<string> arguments, string? notifySocket, TimeSpan patience)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        start.ArgumentList.Add(verb);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NOTIFY_SOCKET"] = notifySocket;
        start.Environment["WATCHDOG_USEC"] = patience.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture);
        try
        {
            return new Child(verb, Process.Start(start)!);
        }
        catch (Exception refusal) when (refusal is Win32Exception or IOException)
        {
            return null;
        }
    }

    public static string[] Supervised(params string[] arguments) =>
        [.. arguments, "--supervisor", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];

    public void Terminate() => Signal(SigTerm);

    /// <summary>The kernel's kill: also ends a process that was stopped.</summary>
    public void Kill() => Signal(SigKill);

    public bool WaitForExit(TimeSpan patience) => process.WaitForExit(patience);

    /// <summary>Asks, waits, and kills what does not go.</summary>
    public void End(TimeSpan patience)
    {
        Terminate();
        if (!WaitForExit(patience))
        {
            Kill();
            _ = WaitForExit(TimeSpan.FromSeconds(5));
        }
    }

    public void Dispose() => process.Dispose();

    private void Signal(int signal)
    {
        if (!process.HasExited)
        {
            _ = Linux.Kill(process.Id, signal);
        }
    }
}
