using System.Text.Json;
using System.Text.Json.Serialization;

using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>What is kept of the starts of a board.</summary>
/// <param name="Failed">Starts that failed, in a row.</param>
/// <param name="Underway">A start has begun, and nobody knows yet how it ends.</param>
/// <param name="RestartAges">How many seconds before <paramref name="Moment"/> the board was restarted.</param>
/// <param name="Moment">When this was written.</param>
public sealed record StartRecord(int Failed, bool Underway, double[] RestartAges, BootMoment Moment);

/// <summary>Where a board's history is kept beyond the end of guard. Nothing here waits for the flash.</summary>
public interface IHistoryKeeper
{
    /// <summary>A fault, or the same one with more of its trace.</summary>
    void Keep(Fault fault);

    void Keep(string board, StartRecord starts);

    /// <summary>A fault is latched no longer: it becomes the board's last one.</summary>
    void Retire(string board);

    /// <summary>Why the flash does not hold what it was last given, or null.</summary>
    string? Trouble(string board);
}

/// <summary>
/// Below the folder given as --state: faults/&lt;board&gt;.json is the latched fault, faults/last/ the one before it,
/// faults/starts/ the count of starts.
/// </summary>
/// <param name="folder">The folder given as --state.</param>
/// <param name="flash">Null where nothing is to be kept later.</param>
public sealed class FaultStore(string folder, ILogger log, FlashWriter? flash = null) : IHistoryKeeper
{
    private const int BytesMax = 1 << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<string, string> troubles = [];

    public string PathOf(string board) => Path.Combine(folder, "faults", board + ".json");

    /// <summary>The fault that was latched last and is no longer.</summary>
    public string LastPathOf(string board) => Path.Combine(folder, "faults", "last", board + ".json");

    public string StartsPathOf(string board) => Path.Combine(folder, "faults", "starts", board + ".json");

    /// <summary>The boards of which a fault is latched, in the order of their names.</summary>
    public string[] Boards() => NamesIn(Path.Combine(folder, "faults"));

    /// <summary>The boards of which a fault was latched before.</summary>
    public string[] LastBoards() => NamesIn(Path.Combine(folder, "faults", "last"));

    /// <summary>The boards that were ever started.</summary>
    public string[] StartedBoards() => NamesIn(Path.Combine(folder, "faults", "starts"));

    /// <summary>
    /// The latched fault, or null. A record that cannot be read is a fault as well: something has ended the work of the
    /// board, and what it was is lost. It is of a kind that waits for a person.
    /// </summary>
    public Fault? Load(string board) => Load(board, PathOf(board));

    public Fault? LoadLast(string board) => Load(board, LastPathOf(board));

    /// <summary>Null where none is kept.</summary>
    /// <exception cref="IOException">What is kept cannot be read.</exception>
    public StartRecord? LoadStarts(string board)
    {
        try
        {
            return Read(StartsPathOf(board)) is { } bytes
                ? JsonSerializer.Deserialize(bytes, FaultJson.Default.StartRecord)
                    ?? throw new JsonException("It holds nothing.")
                : null;
        }
        catch (Exception damage) when (damage is JsonException or UnauthorizedAccessException)
        {
            throw new IOException(damage.Message, damage);
        }
    }

    public void Keep(Fault fault) => Later(PathOf(fault.Board), PathOf(fault.Board), fault.Board, path =>
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(fault, FaultJson.Default.Fault)));

    public void Keep(string board, StartRecord starts) => Later(StartsPathOf(board), StartsPathOf(board), board, path =>
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(starts, FaultJson.Default.StartRecord)));

    /// <summary>In its turn: it replaces no record that waits for a slow card, and none replaces it.</summary>
    public void Retire(string board) => Later(LastPathOf(board), PathOf(board), board, _ => RetireNow(board));

    /// <summary>The same, before it returns.</summary>
    /// <exception cref="IOException">The flash does not take it: after a start the fault is latched again.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void RetireNow(string board)
    {
        File.Delete(PathOf(board) + DurableFile.Unfinished);
        if (File.Exists(PathOf(board)))
        {
            DurableFile.Move(PathOf(board), LastPathOf(board));
        }
    }

    /// <summary>
    /// What a person does where no guard runs. As in <see cref="BoardHistory.Clear"/>, failed starts are forgotten only
    /// where no fault is latched.
    /// </summary>
    /// <returns>The fault that was latched, or null.</returns>
    /// <exception cref="IOException">The flash does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public Fault? ClearNow(string board)
    {
        var fault = Load(board);
        var (_, starts, lost) = KeptHistory.Of(this, board);
        RetireNow(board);
        if (starts is not null || lost is not null)
        {
            var failed = fault is null || starts is null ? 0 : starts.Failed + (starts.Underway ? 1 : 0);
            var cleared = new StartRecord(failed, Underway: false, [], BootMoment.Now());
            DurableFile.Write(
                StartsPathOf(board), JsonSerializer.SerializeToUtf8Bytes(cleared, FaultJson.Default.StartRecord));
        }

        return fault;
    }

    public string? Trouble(string board)
    {
        lock (gate)
        {
            return troubles.GetValueOrDefault(PathOf(board)) ?? troubles.GetValueOrDefault(StartsPathOf(board));
        }
    }

    private static string[] NamesIn(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder)
                    .Select(file => file.EndsWith(DurableFile.Unfinished, StringComparison.Ordinal)
                        ? file[..^DurableFile.Unfinished.Length]
                        : file)
                    .Where(file => file.EndsWith(".json", StringComparison.Ordinal))
                    .Select(file => Path.GetFileNameWithoutExtension(file))
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Null where there is no such file, nor one that a loss of power left unfinished.</summary>
    private static byte[]? Read(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            return null; // Not a folder either: then nothing was ever kept in it.
        }

        try
        {
            using var file = File.OpenRead(path);
            return file.Length <= BytesMax
                ? ReadAll(file)
                : throw new IOException($"{path} has {file.Length} bytes, which no record has.");
        }
        catch (FileNotFoundException)
        {
            return File.Exists(path + DurableFile.Unfinished)
                ? throw new IOException($"{path} was being written when the power went.")
                : null;
        }
    }

    private static byte[] ReadAll(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static Fault? Load(string board, string path)
    {
        try
        {
            return Read(path) is { } bytes
                ? Sound(
                    JsonSerializer.Deserialize(bytes, FaultJson.Default.Fault)
                        ?? throw new JsonException("It holds nothing."),
                    board)
                : null;
        }
        catch (Exception damage) when (damage is JsonException or IOException or UnauthorizedAccessException)
        {
            var cause = $"the record of an earlier fault cannot be read ({damage.Message.TrimEnd('.')})";
            return new(board, FaultKind.Unknown, cause, 0, []);
        }
    }

    /// <summary>The serializer refuses null for everything that may not be null, but for elements of arrays.</summary>
    private static Fault Sound(Fault read, string board)
    {
        var isTraceSound = read.Trace is { } trace
            && !trace.Columns.Contains(null!)
            && Array.TrueForAll(trace.Rows, row => row?.Values.Length == trace.Columns.Length);
        return read with
        {
            Board = board,
            Readings = [.. read.Readings.Where(reading => reading is not null)],
            Trace = isTraceSound ? read.Trace : null,
        };
    }

    /// <param name="place">In the queue: only the newest of each is done.</param>
    private void Later(string place, string file, string board, Action<string> act)
    {
        var writer = flash ?? throw new InvalidOperationException("This store was opened to be read.");
        writer.Later(place, () => act(file), trouble => Note(file, board, trouble));
    }

    private void Note(string file, string board, string? trouble)
    {
        lock (gate)
        {
            _ = trouble is null ? troubles.Remove(file) : troubles.TryAdd(file, trouble);
        }

        if (trouble is not null)
        {
            log.FaultNotKept(board, trouble);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(StartRecord))]
internal sealed partial class FaultJson : JsonSerializerContext;
