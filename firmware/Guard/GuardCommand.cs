using System.Diagnostics;
using Drivers;
using Firmware.Boards;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <param name="StateFolder">Where guard.sock is made and faults are kept.</param>
public sealed record GuardOptions(string[] BoardFiles, string StateFolder)
{
    /// <summary>KEY=VALUE, for every board: they go before guard.toml, and are not written.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>What keeps this process from what it has no business with, in one line.</summary>
    public string? Walls { get; init; }

    /// <summary>The device of the machine's watchdog, or null.</summary>
    public string? Watchdog { get; init; }
}

/// <summary>The verb `guard`: heat and power of every board, until it is told to stop.</summary>
public static class GuardCommand
{
    /// <summary>0 where every board was proven safe in the end, else 1.</summary>
    /// <exception cref="UsageException">A board file or the state folder is wrong.</exception>
    /// <exception cref="StartException">A board or the link cannot be opened; nothing stays half-started.</exception>
    public static int Run(GuardOptions options, CancellationToken stop)
    {
        var configs = BoardConfig.Load(options.BoardFiles);
        using var watchdog = Watchdog.FromEnvironment();
        Func<MachineWatchdog>? machine = options.Watchdog is { } device ? () => MachineWatchdog.Open(device) : null;
        return Run(
            [.. configs.Select(OpenBoard.Later)],
            options.StateFolder,
            watchdog,
            stop,
            new(options.Walls, machine),
            SettingsBook.Words(options.Settings));
    }

    /// <summary>The same for boards that are opened some other way.</summary>
    internal static int Run(
        IReadOnlyList<Func<GuardParts>> openings,
        string stateFolder,
        Watchdog watchdog,
        CancellationToken stop,
        Keepers keepers = default,
        IReadOnlyDictionary<string, string>? commandLine = null)
    {
        if (openings.Count == 0)
        {
            throw new UsageException("There is no board to guard: give at least one --board.");
        }

        var log = new Log("guard");
        using var link = Listen(stateFolder);
        using var flash = new FlashWriter();
        var faults = new FaultStore(stateFolder, log, flash);
        var settings = new SettingsBook(stateFolder, commandLine, flash, log);
        var time = Stopwatch.StartNew();
        var slots = new List<BoardSlot>(openings.Count);
        var exitCode = 1;

        var share = GuardLoop.BusBudget / openings.Count;

        // A thread of its own, whatever thread this is: nothing else ever runs on it.
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            _ = Linux.TryGoFirst(SafeOffCommand.Priority); // Without the right to, guard waits its turn like others.
            try
            {
                var around = new Surroundings(
                    link, watchdog, faults, settings, () => time.Elapsed, log, share, keepers);
                exitCode = Guard(openings, slots, around, stop);
            }
            catch (Exception bug)
            {
                failure = bug;
            }
        })
        { Name = "guard" };
        thread.Start();
        thread.Join();
        flash.Finish();
        return failure is null ? exitCode : throw failure;
    }

    private static LinkServer Listen(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--state {folder} cannot be made: {refusal.Message}");
        }

        return LinkServer.Listen(LinkPaths.Guard(folder));
    }

    private static int Guard(
        IReadOnlyList<Func<GuardParts>> openings, List<BoardSlot> slots, Surroundings around, CancellationToken stop)
    {
        SafeOffProof[] proofs = [];
        MachineWatchdog? machine = null;
        try
        {
            foreach (var open in openings)
            {
                slots.Add(around.Slot(open));
            }

            // Only now: where a board cannot be opened, a machine that is reset for it would be reset for ever.
            machine = around.Keepers.OpenMachine?.Invoke();
            around.Watchdog.Ready($"{slots.Count} board(s)");
            around.Log.Listening(slots.Count, around.Link.Path);
            around.Log.Walled(around.Keepers.Walls ?? "none");
            new GuardLoop([.. slots], around.Link, around.Watchdog, around.Clock, around.Log)
            {
                Walls = around.Keepers.Walls,
                Machine = machine,
            }.Run(stop);
        }
        finally
        {
            // However the loop ended, and at whatever board the start failed: what is open becomes safe.
            var present = slots.Select(slot => slot.Parts).OfType<GuardParts>().ToArray();
            proofs = SafeOff.Run(present, around.Clock, Thread.Sleep);
            foreach (var proof in proofs)
            {
                around.Tell(proof);
            }

            if (AllProven())
            {
                machine?.PutToSleep(); // Else it stays awake: a reset is what is left.
            }

            machine?.Dispose();
            slots.ForEach(slot => slot.Dispose());
        }

        return AllProven() ? 0 : 1;

        bool AllProven() =>
            proofs.Length == openings.Count && Array.TrueForAll(proofs, proof => proof.IsProven);
    }

    /// <summary>What keeps guard where it belongs, and what keeps watch over it.</summary>
    /// <param name="OpenMachine">Opens, and so starts, the machine's watchdog; null where none is wanted.</param>
    internal readonly record struct Keepers(string? Walls, Func<MachineWatchdog>? OpenMachine);

    /// <summary>What the boards share.</summary>
    private sealed record Surroundings(
        LinkServer Link,
        Watchdog Watchdog,
        FaultStore Faults,
        SettingsBook Settings,
        Func<TimeSpan> Clock,
        Log Log,
        TimeSpan BusBudget,
        Keepers Keepers)
    {
        public void Tell(SafeOffProof proof)
        {
            if (Log.IsEnabled(LogLevel.Information))
            {
                Log.Ended(proof.ToString());
            }
        }

        public BoardSlot Slot(Func<GuardParts> open)
        {
            var parts = open();
            var settings = Settings.Of(parts);
            var history = new BoardHistory(parts.Key, KeptHistory.Of(Faults, parts.Key), Faults, Clock, Log);
            return new(
                parts,
                open,
                history,
                settings,
                (there, set) => new BoardGuard(there, history, Clock, Log, set, BusBudget),
                Log);
        }
    }
}
