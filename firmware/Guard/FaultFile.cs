using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>Keeps a board's first fault beyond the end of guard: &lt;state&gt;/faults/&lt;board&gt;.json.</summary>
/// <param name="folder">The folder given as --state.</param>
public sealed class FaultFile(string folder, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly List<Thread> writers = [];

    public string PathOf(string board) => Path.Combine(folder, "faults", board + ".json");

    /// <summary>Returns at once: a slow card must not hold up whoever watches the heat of the other boards.</summary>
    public void Keep(Fault fault)
    {
        var writer = new Thread(() => Write(fault)) { IsBackground = true, Name = "fault" };
        writers.Add(writer);
        writer.Start();
    }

    /// <summary>Waits for what is still being written, not for ever.</summary>
    public void Finish()
    {
        foreach (var writer in writers)
        {
            writer.Join(Patience);
        }
    }

    private void Write(Fault fault)
    {
        try
        {
            var path = PathOf(fault.Board);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var unfinished = path + ".new";
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(file, fault, FaultJson.Default.Fault);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            log.FaultNotKept(fault.Board, refusal.Message);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Fault))]
internal sealed partial class FaultJson : JsonSerializerContext;
