using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

using Firmware.Guard;
using Firmware.Link;

namespace Firmware.Cli;

/// <summary>One entry of 'sv2fw faults --json'.</summary>
/// <param name="Latched">The board stays off because of it; else it is the last one that was.</param>
/// <param name="WhatToDo">One or two sentences.</param>
/// <param name="Kept">False where only a running guard knows of it: a loss of power would take it along.</param>
/// <param name="Recovery">By a running guard; else null.</param>
internal sealed record FaultEntry(
    string Board,
    bool Latched,
    string Kind,
    string Cause,
    DateTimeOffset? At,
    string[] Readings,
    string WhatToDo,
    bool Kept,
    RecoveryStatus? Recovery,
    FaultTrace? Trace);

internal sealed record FaultList(FaultEntry[] Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FaultList))]
internal sealed partial class FaultListJson : JsonSerializerContext;

/// <summary>The body of the verb faults: what ended whose work, and a person's word that it was seen.</summary>
/// <param name="folder">The folder given as --state.</param>
internal sealed class FaultsCommand(string folder, TextWriter output)
{
    /// <summary>guard says of itself twice a second; a machine under load is given more.</summary>
    private static readonly TimeSpan GuardPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ClearPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlashPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    private readonly FaultStore store = new(folder, new Log("faults"));

    /// <param name="board">Null for all of them.</param>
    public int Show(string? board, bool asJson)
    {
        RequireFolder();
        var recoveries = Recoveries();
        FaultEntry[] entries =
        [
            .. store.Boards().Select(name => Entry(store.Load(name)!, latched: true, recoveries)),
            .. Unkept(recoveries),
            .. store.LastBoards().Select(name => Entry(store.LoadLast(name)!, latched: false, recoveries)),
        ];
        entries = Array.FindAll(entries, entry => board is null || entry.Board == board);
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new FaultList(entries), FaultListJson.Default.FaultList));
            return 0;
        }

        foreach (var line in FaultText.Of(entries, board))
        {
            output.WriteLine(line);
        }

        return 0;
    }

    /// <summary>A running guard does it, so that its boards may start; without one the files are cleared.</summary>
    /// <exception cref="StartException">It could not be done, or it would not outlive a loss of power.</exception>
    public int Clear(string? board)
    {
        RequireFolder();
        var lockPath = LinkPaths.Guard(folder) + ".lock";
        using var held = FileLock.TryTake(lockPath);
        if (held is not null || !File.Exists(lockPath))
        {
            ClearFiles(board);
        }
        else
        {
            AskGuard(board);
        }

        return 0;
    }

    private void RequireFolder()
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--state {folder} is not there: give the folder that guard was started with.");
        }
    }

    private void ClearFiles(string? board)
    {
        string[] names = board is not null ? [board] : [.. store.Boards().Union(store.StartedBoards())];
        if (board is not null && !store.Boards().Union(store.StartedBoards()).Contains(board))
        {
            throw new UsageException($"Nothing is known of a board '{board}' in {folder}.");
        }

        foreach (var name in names)
        {
            try
            {
                Tell(name, store.ClearNow(name));
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                throw new StartException($"{name} could not be cleared: {refusal.Message}");
            }
        }

        if (names.Length == 0)
        {
            output.WriteLine("No fault is latched.");
        }
    }

    private void AskGuard(string? board)
    {
        var before = store.Boards().ToDictionary(name => name, name => store.Load(name));
        var cleared = Ask(board);
        if (cleared.Length == 0)
        {
            throw new StartException($"guard watches over no board '{board}'.");
        }

        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < FlashPatience && store.Boards().Intersect(cleared).Any())
        {
            Thread.Sleep(Round);
        }

        foreach (var name in cleared)
        {
            Tell(name, before.GetValueOrDefault(name));
        }

        if (store.Boards().Intersect(cleared).FirstOrDefault() is { } stays)
        {
            throw new StartException(
                $"{stays} may start now, but the flash does not let go of its fault: it is latched again at the next "
                + $"start of guard. Look at {store.PathOf(stays)}.");
        }
    }

    private string[] Ask(string? board)
    {
        using var guard = new LinkClient(LinkPaths.Guard(folder));
        var sent = false;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < ClearPatience;)
        {
            guard.Wait(Round, clock.Elapsed);
            sent = guard.IsConnected && (sent || guard.Send(new LinkLine(Clear: new(board))));
            while (guard.TryNext(out var line))
            {
                if (line.Cleared is { } cleared)
                {
                    return cleared.Boards;
                }
            }
        }

        throw new StartException($"guard does not answer at {LinkPaths.Guard(folder)}: {guard.LastTrouble}");
    }

    private void Tell(string board, Fault? fault) => output.WriteLine(fault is null
        ? $"{board}: no fault was latched; earlier restarts and failed starts are forgotten."
        : $"{board}: cleared: {fault.Cause}. It may start again.");

    /// <summary>What a running guard says of its boards; empty where none answers.</summary>
    private Dictionary<string, BoardGuardStatus> Recoveries()
    {
        if (!File.Exists(LinkPaths.Guard(folder)))
        {
            return [];
        }

        using var feed = new StatusFeed(folder);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < GuardPatience;)
        {
            feed.Poll(Round, clock.Elapsed);
            if (feed.Guard(clock.Elapsed) is { } status)
            {
                return status.Boards.ToDictionary(board => board.Board);
            }
        }

        return [];
    }

    /// <summary>Faults that a running guard has latched, and that the flash has not taken.</summary>
    private IEnumerable<FaultEntry> Unkept(Dictionary<string, BoardGuardStatus> boards) => boards.Values
        .Where(board => board.Fault is not null && !store.Boards().Contains(board.Board))
        .Select(board => new FaultEntry(
            board.Board,
            Latched: true,
            board.Recovery?.Kind ?? default(FaultKind).Word(),
            board.Fault!,
            At: null,
            Readings: [],
            FaultText.WhatToDo(board.Recovery?.Kind),
            Kept: false,
            board.Recovery,
            Trace: null));

    private static FaultEntry Entry(Fault fault, bool latched, Dictionary<string, BoardGuardStatus> boards) => new(
        fault.Board,
        latched,
        fault.Kind.Word(),
        fault.Cause,
        fault.At == default ? null : fault.At,
        fault.Readings,
        FaultText.WhatToDo(fault.Kind.Word()),
        Kept: true,
        boards.GetValueOrDefault(fault.Board)?.Recovery,
        fault.Trace);
}
