using System.CommandLine;

using Firmware.Inspection;
using Firmware.Mining;

namespace Firmware.Cli;

/// <summary>The verbs for whoever has a board on the bench: what is on it, and whether it is well.</summary>
internal static class BenchVerbs
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    public static Command Probe()
    {
        var scans = new Option<string[]>("--scan")
        {
            Description = "Also read at every address of this bus: N for /dev/i2c-N, or 'bridge'. Asks first.",
            HelpName = "BUS",
        };
        var yes = new Option<bool>("--yes") { Description = "Scan without asking." };
        var command = new Command("probe", "Which parts are where the board file says. Reads only; not beside guard.")
        {
            Flags.Boards, scans, yes,
        };
        command.SetAction(parsed => ProbeCommand.Run(
            new(Flags.BoardFiles(parsed), parsed.GetValue(scans) ?? [], parsed.GetValue(yes)),
            Console.Out,
            Console.IsInputRedirected ? null : Ask));
        return command;
    }

    public static Command Selftest()
    {
        var json = new Option<string?>("--json") { Description = "Writes a report for programs.", HelpName = "FILE" };
        var command = new Command(
            "selftest",
            "The factory test: parts, fans, rail, chips, nonces at a low clock. Ends cold. Not beside guard or mine.")
        {
            Flags.Boards, json, Flags.Supervisor,
        };
        command.SetAction(parsed =>
        {
            var options = new SelftestOptions(Flags.BoardFiles(parsed), parsed.GetValue(json));
            var supervisor = parsed.GetValue(Flags.Supervisor);
            using var stop = supervisor is null ? StopSignal.ForSupervisor() : StopSignal.For(supervisor);
            return supervisor is null
                ? WatchOver(options, stop.Token)
                : SelftestCommand.Run(options, Console.Out, () => Uptime.Now, stop.Token);
        });
        return command;
    }

    /// <summary>The test in a process of its own: however that ends, this one makes the boards cold.</summary>
    private static int WatchOver(SelftestOptions options, CancellationToken stop)
    {
        string[] boards = [.. options.BoardFiles.SelectMany(file => new[] { "--board", file })];
        string[] json = options.Json is { } report ? ["--json", report] : [];
        var words = Child.Supervised([.. boards, .. json]);
        using var test = Child.TryStart("selftest", words, notifySocket: null, default)
            ?? throw new StartException("The machine has no room for another process now: try again.");
        while (!test.WaitForExit(Pace))
        {
            if (stop.IsCancellationRequested)
            {
                test.Terminate();
            }
        }

        if (test.ExitCode is >= 0 and <= 2)
        {
            return test.ExitCode;
        }

        using var end = Child.TryStart("safe-off", boards, notifySocket: null, default);
        var isCold = end?.WaitForExit(EndPatience) == true && end.ExitCode == 0;
        throw new StartException(
            $"The test fell (exit code {test.ExitCode}); its boards are {(isCold ? "cold" : "NOT proven cold")}.");
    }

    private static bool Ask(string question)
    {
        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
