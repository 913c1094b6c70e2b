using System.Globalization;

using Firmware.Guard;

namespace Firmware.Cli;

/// <summary>Faults in plain words: what it was, when, what the parts said around it, and what to do.</summary>
internal static class FaultText
{
    /// <summary>Close to the fault every tick is shown, and further away one of ten.</summary>
    private const double EveryTickFrom = -5;
    private const double FarStepSeconds = 5;
    private const double TickSeconds = 0.5;

    /// <param name="board">The one that was asked for; null for all.</param>
    public static IEnumerable<string> Of(IReadOnlyList<FaultEntry> entries, string? board)
    {
        if (!entries.Any(entry => entry.Latched))
        {
            yield return board is null ? "No fault is latched." : $"No fault of {board} is latched.";
        }

        foreach (var line in entries.SelectMany(Of))
        {
            yield return line;
        }
    }

    /// <summary>By the word of the fault's kind.</summary>
    public static string WhatToDo(string? kind) => kind switch
    {
        "heat" => "Look at the fan, the dust, the seat of the heatsink and the air of the room.",
        "sag" => "Look at the supply, its plug and its cable: under load it gives too little.",
        "sensor-loss" => "Look at the sensor and its wires, and at the bus or cable that its board hangs on.",
        "fan" => "Look whether the fan turns freely and is plugged in with its tach wire.",
        "voltage" => "Look at the regulator and its settings in the board file: too much voltage kills chips.",
        "overload" => "Lower clock or voltage; where that is not it, a chip or the board has a short.",
        "regulator" => "The registers say what the regulator saw. Look at the supply first, then at the board.",
        "stays-on" => "Take the board off its supply: it cannot be switched off.",
        "energy" => "The board draws other watts than it should: look at the chips, the regulator and the board file.",
        "reset" => "Look at the reset line, and at the bridge that drives it.",
        "identity" => "Give the file of this very board: --board names another one, or a part was replaced.",
        _ => "What it was is not known: look at the board, its supply and its fan before it starts again.",
    };

    private static IEnumerable<string> Of(FaultEntry entry)
    {
        yield return "";
        yield return $"{entry.Board}: {(entry.Latched ? "OFF" : "last fault, no longer latched")}: {entry.Cause}";
        yield return $"  kind        {entry.Kind}";
        yield return $"  when        {When(entry)}";
        if (!entry.Kept)
        {
            yield return "  kept        NO: the flash did not take it, and a loss of power would take it along";
        }

        foreach (var (reading, i) in entry.Readings.Select((reading, i) => (reading, i)))
        {
            yield return $"  {(i == 0 ? "parts" : ""),-11} {reading}";
        }

        foreach (var line in entry.Trace is { Rows.Length: > 0 } trace ? Table(trace) : [])
        {
            yield return line;
        }

        if (entry.Latched)
        {
            yield return $"  what to do  {entry.WhatToDo}";
            yield return $"              {Way(entry)}";
        }

        if (entry.Latched && entry.Recovery?.Lowered is { } lowered)
        {
            yield return $"  set-points  {lowered}";
        }
    }

    private static string When(FaultEntry entry) => entry.At is { } at
        ? at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) + ", by this machine's clock"
        : "not known";

    private static string Way(FaultEntry entry) => entry.Recovery is { RestartInSeconds: not null, Remedy: { } remedy }
        ? $"It {remedy}; at once with: sv2fw faults --clear {entry.Board}"
        : $"Then let it start again: sv2fw faults --clear {entry.Board}";

    private static IEnumerable<string> Table(FaultTrace trace)
    {
        string[] heads = ["s", "state", .. trace.Columns];
        var rows = trace.Rows.Where(Shown).Select(row => Cells(row, trace.Columns)).ToArray();
        var widths = heads.Select((head, i) => rows.Max(row => Math.Max(row[i].Length, head.Length))).ToArray();
        yield return $"  trace       {trace.Rows.Length} ticks, all of them with --json; seconds from the fault:";
        foreach (var row in rows.Prepend(heads))
        {
            yield return "    " + string.Join("  ", row.Select((cell, i) => cell.PadLeft(widths[i])));
        }
    }

    private static bool Shown(TraceRow row) =>
        row.Seconds >= EveryTickFrom || -row.Seconds % FarStepSeconds < TickSeconds;

    private static string[] Cells(TraceRow row, string[] columns) =>
    [
        Number(row.Seconds, "0.0"),
        row.State,
        .. columns.Select((column, i) => row.Values[i] is not { } value ? "-"
            : column == "status" ? $"{(int)Math.Clamp(value, 0, 0xFFFF):X4}"
            : Number(value, Format(column))),
    ];

    private static string Format(string column) => column.Split(' ')[^1] switch
    {
        "V" => "0.00",
        "rpm" or "%" => "0",
        _ => column.StartsWith("MHz", StringComparison.Ordinal) ? "0.#" : "0.0",
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
