using System.Text;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// The settings of all boards: guard.toml, read once at the start, and written, whole or not at all, whenever one has
/// changed.
/// </summary>
internal sealed class SettingsBook
{
    private readonly IReadOnlyDictionary<string, string> commandLine;
    private readonly GuardFile file;
    private readonly string path;
    private readonly FlashWriter flash;
    private readonly ILogger log;
    private volatile string? trouble;

    /// <exception cref="UsageException">guard.toml cannot be read, or is wrong.</exception>
    public SettingsBook(
        string stateFolder, IReadOnlyDictionary<string, string>? commandLine, FlashWriter flash, ILogger log)
    {
        this.commandLine = commandLine ?? new Dictionary<string, string>();
        file = GuardFile.Load(stateFolder);
        path = Path.Combine(stateFolder, GuardFile.FileName);
        this.flash = flash;
        this.log = log;
    }

    /// <summary>The words of the command line.</summary>
    /// <exception cref="UsageException">One of them is not KEY=VALUE.</exception>
    public static IReadOnlyDictionary<string, string> Words(IEnumerable<string> words)
    {
        var settings = new Dictionary<string, string>();
        foreach (var word in words)
        {
            var (key, value) = word.Split('=', 2) is [var before, var after] ? (before.Trim(), after.Trim()) : ("", "");
            if (key.Length == 0 || value.Length == 0 || !settings.TryAdd(key, value))
            {
                throw new UsageException($"--set '{word}' is no setting: write it as KEY=VALUE, each key once.");
            }
        }

        return settings;
    }

    /// <summary>What is set of a board. A change that was on trial when guard ended is taken back, and said.</summary>
    /// <exception cref="UsageException">A setting is not for this board: file, line and limit are named.</exception>
    public BoardSettings Of(GuardParts parts)
    {
        try
        {
            var settings = new BoardSettings(
                new SettingReader(parts), commandLine, file.Of(parts.Key), changed => Keep(parts.Key, changed))
            {
                Trouble = () => trouble,
                Note = RolledBack(parts.Key),
            };
            if (settings.Note is not null)
            {
                Keep(parts.Key, settings);
            }

            return settings;
        }
        catch (RefusedSetting refused)
        {
            parts.Dispose(); // No wire of it was touched yet.
            throw commandLine.ContainsKey(refused.Key) && !file.Of(parts.Key).ContainsKey(refused.Key)
                ? new UsageException($"--set {refused.Key}, for {parts.Key}: '{refused.Key}' {refused.Message}")
                : file.Wrong(parts.Key, refused);
        }
    }

    private string? RolledBack(string board) => file.TrialOf(board) is { Count: > 0 } tried
        ? $"rolled back: {string.Join(", ", tried.Select(setting => $"{setting.Key} = {setting.Value}"))}, "
            + $"because it had not proven itself for {SettingTrial.ProvenAfter.TotalSeconds:0} s when guard ended"
        : null;

    private void Keep(string board, BoardSettings changed)
    {
        file.Keep(board, changed.Proven, changed.Tried);
        var text = Encoding.UTF8.GetBytes(file.ToString());
        flash.Later(path, () => DurableFile.Write(path, text), Note);
    }

    /// <param name="refusal">Why the last change could not be kept, or null.</param>
    private void Note(string? refusal)
    {
        trouble = refusal is null ? null : $"the settings could not be written: {refusal}";
        if (refusal is not null)
        {
            log.SettingsNotKept(refusal);
        }
    }
}
