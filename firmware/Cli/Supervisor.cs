using System.Diagnostics;

using Firmware.Link;
using Firmware.Serve;

namespace Firmware.Cli;

/// <summary>How a run ended: done (0), could not start (with the exit code of who said why), or fell apart.</summary>
/// <param name="Sentence">For stderr; null where it has been said already, or there is nothing to say.</param>
/// <param name="FellApart">Nobody is left who would switch off later what cannot be switched off now.</param>
internal readonly record struct RunEnd(int ExitCode, string? Sentence = null, bool FellApart = false)
{
    public static readonly RunEnd Done;
}

/// <summary>
/// Starts guard, mine and serve and watches over them. A guard that ends or goes silent is killed, and a process of its
/// own makes the boards safe before guard may start again. Lives on the main thread: see <see cref="StopSignal"/>.
/// </summary>
internal sealed class Supervisor : IDisposable
{
    /// <summary>How many restarts of guard <see cref="RestartWindow"/> may hold.</summary>
    internal const int GuardStartsMax = 3;

    /// <summary>The same for mine and serve.</summary>
    internal const int OtherStartsMax = 20;

    /// <summary>guard's tick is 500 ms: two seconds without a sign of life is hung (plan §1: off within 3 s).</summary>
    internal static readonly TimeSpan GuardPatience = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan OtherPatience = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan RestartWindow = TimeSpan.FromMinutes(10);

    /// <summary>How often it looks.</summary>
    internal static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    /// <summary>Boards that could not be made safe when all fell apart are asked again so often.</summary>
    internal static readonly TimeSpan SafeOffEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly RunOptions options;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly StatusFeed feed;
    private readonly string[] boards;
    private readonly Ward guard;
    private readonly Ward mine;
    private readonly Ward serve;
    private readonly RunReport report;

    public Supervisor(RunOptions options)
    {
        this.options = options;
        var state = options.Mine.StateFolder;
        boards = [.. options.Mine.BoardFiles.SelectMany(file => new[] { "--board", file })];
        string[] pools = [.. options.Mine.Pools.SelectMany(pool => new[] { "--pool", pool })];
        string[] user = options.Mine.User is { } name ? ["--user", name] : [];
        string[] insecure = options.Mine.Insecure ? ["--insecure"] : [];
        feed = new StatusFeed(state);
        report = new RunReport(Console.Out, TerminalWidth);
        string[] watchdog = options.Watchdog is { } device ? ["--watchdog", device] : [];
        string[] settings = [.. options.Settings.SelectMany(setting => new[] { "--set", setting })];
        guard = Watched("guard", [.. boards, .. settings, .. watchdog, "--state", state], GuardPatience);
        mine = Watched("mine", [.. boards, .. pools, .. user, .. insecure, "--state", state], OtherPatience);
        serve = Watched("serve", ["--http", options.Http.ToString(), "--state", state], OtherPatience);
    }

    /// <summary>Watches, and then makes cold, whatever ended the watch: a mistake of ours as well.</summary>
    public int Run(CancellationToken stop)
    {
        RunEnd end;
        try
        {
            end = Watch(stop);
        }
        catch (Exception bug)
        {
            end = new RunEnd(1, $"a bug in the supervisor: {bug}", FellApart: true);
        }

        return Finish(end, stop);
    }

    /// <summary>Until told to stop, or until one of them can no longer be helped.</summary>
    private RunEnd Watch(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var now = clock.Elapsed;
            if ((Look(guard, now) ?? Look(mine, now) ?? Look(serve, now) ?? Finished(now)) is { } end)
            {
                return end;
            }

            feed.Poll(Round, now);
            report.EverySecond(feed.Guard(now), feed.Mine(now), Page(), now);
        }

        return RunEnd.Done;
    }

    /// <summary>mine first, so that its last shares are acknowledged; then the heat; then the proof.</summary>
    private int Finish(RunEnd end, CancellationToken stop)
    {
        mine.Terminate();
        for (var since = clock.Elapsed; mine.IsRunning && clock.Elapsed - since < StopPatience;)
        {
            feed.Poll(Round, clock.Elapsed);
        }

        feed.Poll(TimeSpan.Zero, clock.Elapsed);
        mine.End(TimeSpan.Zero);
        serve.End(StopPatience);
        guard.End(StopPatience);
        bool? safe = guard.WasEverReady || end.ExitCode == 0
            ? MakeSafe() || (end.FellApart && MakeSafeLater(stop))
            : null;

        // From here on a reader who does not read holds up nothing but this line.
        if (end.Sentence is { } sentence)
        {
            RunReport.Write(Console.Error, "sv2fw: " + sentence); // Last, where whoever looks finds it.
        }

        if (safe is { } proven)
        {
            report.LastLine(feed.LastMine, proven);
        }

        return end.ExitCode != 0 ? end.ExitCode : safe == false ? 1 : 0;
    }

    public void Dispose()
    {
        mine.Dispose();
        serve.Dispose();
        guard.Dispose();
        feed.Dispose();
    }

    private Ward Watched(string verb, string[] arguments, TimeSpan patience) => new(
        verb,
        arguments,
        options.Mine.StateFolder,
        patience,
        new RestartPolicy(verb == "guard" ? GuardStartsMax : OtherStartsMax, RestartWindow));

    private RunEnd? Look(Ward ward, TimeSpan now)
    {
        switch (ward.Look(now))
        {
            case WardState.NeverReady:
                return new RunEnd(ward.ExitCode is 0 ? 1 : ward.ExitCode);
            case WardState.GivenUp:
                return new RunEnd(1, $"{ward.Verb} fell too often to be started again: its lines above say why.");
            case WardState.Fell:
                AfterFall(ward);
                var fall = $"sv2fw: {ward.Verb} ended unexpectedly (exit code {ward.ExitCode}).";
                RunReport.Say(Console.Error, RunReport.StandardError, fall);
                return null;
            default:
                return null;
        }
    }

    private void AfterFall(Ward ward)
    {
        if (ward == guard)
        {
            _ = MakeSafe();
        }
        else if (ward == mine)
        {
            report.KeepSums(feed.LastMine);
            feed.ForgetMine();
        }
    }

    /// <summary>Asked twice: a bus that was cut off in the middle of a transfer may refuse the first.</summary>
    private bool MakeSafe() => SafeOff() || SafeOff();

    /// <summary>A bus that hangs may come back: until told to stop, or until a new run is the better hope.</summary>
    private bool MakeSafeLater(CancellationToken stop)
    {
        const string unproven = "sv2fw: the boards are not proven safe, and are asked again every second.";
        RunReport.Say(Console.Error, RunReport.StandardError, unproven);
        for (var since = clock.Elapsed; clock.Elapsed - since < RestartWindow;)
        {
            if (stop.WaitHandle.WaitOne(SafeOffEvery))
            {
                return false;
            }

            if (SafeOff())
            {
                return true;
            }
        }

        return false;
    }

    private bool SafeOff()
    {
        using var child = Child.TryStart("safe-off", boards, notifySocket: null, StopPatience);
        if (child is null)
        {
            return false;
        }

        if (child.WaitForExit(StopPatience))
        {
            return child.ExitCode == 0;
        }

        child.Kill();
        return false;
    }

    private RunEnd? Finished(TimeSpan now)
    {
        var status = feed.Mine(now);
        if (status?.SecondsSinceFirstJob is { } mined)
        {
            report.Started();
            return options.Seconds is { } enough && mined >= enough.TotalSeconds ? RunEnd.Done : null;
        }

        return options.StartWithin is { } patience && !report.HasStarted && StartProblem.Of(
            status, feed.Guard(now), now, patience) is { } sentence ? new RunEnd(1, sentence) : null;
    }

    /// <summary>Null where nobody looks, or the width is unknown: then a line is written whole.</summary>
    private static int? TerminalWidth() =>
        !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns ? columns : null;

    private string? Page()
    {
        var file = ServeOptions.AddressFile(options.Mine.StateFolder);
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return null; // serve is just writing it, or was killed over it: told later.
        }
    }
}
