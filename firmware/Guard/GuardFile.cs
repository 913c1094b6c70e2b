using System.Globalization;
using System.Text;
using Tomlyn.Syntax;

namespace Firmware.Guard;

/// <summary>
/// guard.toml in the state folder: what was set of each board. Only guard writes it, and reads it as strictly as a
/// board file. What is on trial stands apart in it, so that the next start takes it back and says so.
/// </summary>
public sealed class GuardFile
{
    public const string FileName = "guard.toml";

    private const string Header =
        "# What was set of each board, inside the limits of its file. guard writes this: edit it while guard is off.\n";

    private static readonly string[] Numbers =
    [
        SettingKeys.Clock, SettingKeys.Volts, SettingKeys.PowerLimit, SettingKeys.TargetTemperature,
        SettingKeys.FanPercent, SettingKeys.RampSeconds,
    ];

    private readonly SortedDictionary<string, SortedDictionary<string, string>> boards = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, string>> trials = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Board, string Key), Func<string, UsageException>> places = [];

    /// <summary>What is set of a board.</summary>
    public IReadOnlyDictionary<string, string> Of(string board) => boards.GetValueOrDefault(board) ?? [];

    /// <summary>What was on trial when the file was written.</summary>
    public IReadOnlyDictionary<string, string> TrialOf(string board) => trials.GetValueOrDefault(board) ?? [];

    /// <summary>Empty where there is no such file.</summary>
    /// <exception cref="UsageException">It cannot be read, or is wrong.</exception>
    public static GuardFile Load(string stateFolder)
    {
        var file = Path.Combine(stateFolder, FileName);
        try
        {
            return File.Exists(file) ? Parse(File.ReadAllText(file), file) : new();
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read ({refusal.Message}): give us the right to read it.");
        }
    }

    /// <exception cref="UsageException">Not such settings; the sentence names file, line, key and remedy.</exception>
    public static GuardFile Parse(string toml, string file)
    {
        var document = TomlSection.Parse(toml, file);
        TomlSection.Top(file, document).Finish();
        var settings = new GuardFile();
        foreach (var table in document.Tables)
        {
            settings.Read(table, file);
        }

        return settings;
    }

    /// <summary>A setting that its board refuses, with file and line.</summary>
    internal UsageException Wrong(string board, RefusedSetting refused) =>
        places.TryGetValue((board, refused.Key), out var place)
            ? place(refused.Message)
            : new UsageException($"{FileName}: '{refused.Key}' of {board} {refused.Message}");

    /// <summary>From now on this is set of a board.</summary>
    public void Keep(
        string board, IReadOnlyDictionary<string, string> proven, IReadOnlyDictionary<string, string>? tried)
    {
        boards[board] = new(proven.ToDictionary(), StringComparer.Ordinal);
        trials[board] = new(StringComparer.Ordinal);
        foreach (var key in (tried ?? proven).Keys.Union(proven.Keys))
        {
            if (tried is not null && tried.GetValueOrDefault(key) != proven.GetValueOrDefault(key))
            {
                trials[board][key] = tried.GetValueOrDefault(key, "the board's own");
            }
        }
    }

    public override string ToString()
    {
        var toml = new StringBuilder(Header);
        foreach (var (board, settings) in boards)
        {
            Write(toml, board, settings);
        }

        foreach (var (board, tried) in trials)
        {
            foreach (var (key, value) in tried)
            {
                toml.Append(CultureInfo.InvariantCulture, $"\n[[trial]]\nboard = {Quoted(board)}\n")
                    .Append(CultureInfo.InvariantCulture, $"key = {Quoted(key)}\nvalue = {Quoted(value)}\n");
            }
        }

        return toml.ToString();
    }

    private static void Write(StringBuilder toml, string board, SortedDictionary<string, string> settings)
    {
        var own = settings.Where(setting => !SettingKeys.IsOfSensor(setting.Key, out _, out _)).ToArray();
        if (own.Length > 0)
        {
            toml.Append(CultureInfo.InvariantCulture, $"\n[[board]]\nname = {Quoted(board)}\n");
        }

        foreach (var (key, value) in own)
        {
            toml.Append(CultureInfo.InvariantCulture, $"{key} = {(key == SettingKeys.Fan ? Quoted(value) : value)}\n");
        }

        var sensors = settings
            .Select(setting => SettingKeys.IsOfSensor(setting.Key, out var sensor, out var limit)
                ? (Sensor: sensor, Line: $"{limit} = {setting.Value}\n")
                : default)
            .Where(setting => setting.Sensor is not null)
            .GroupBy(setting => setting.Sensor, setting => setting.Line);
        foreach (var sensor in sensors)
        {
            toml.Append(
                CultureInfo.InvariantCulture,
                $"\n[[sensor]]\nboard = {Quoted(board)}\nname = {Quoted(sensor.Key)}\n{string.Concat(sensor)}");
        }
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private void Read(TableSyntaxBase table, string file)
    {
        var section = TomlSection.Of(file, table);
        switch (table is TableArraySyntax ? TomlSection.KeyOf(table.Name) : "")
        {
            case "board":
                ReadBoard(section);
                break;
            case "sensor":
                ReadSensor(section);
                break;
            case "trial":
                ReadTrial(section);
                break;
            default:
                throw TomlSection.Wrong(
                    file,
                    TomlSection.LineOf(table),
                    $"unknown table {section.Name}; allowed here: [[board]], [[sensor]], [[trial]].");
        }

        section.Finish();
    }

    private void ReadBoard(TomlSection section)
    {
        var board = section.Text("name");
        foreach (var key in Numbers)
        {
            Take(section, board, key, key, Number(section, key));
        }

        Take(section, board, SettingKeys.Fan, SettingKeys.Fan, section.OptionalText(SettingKeys.Fan));
        Take(section, board, SettingKeys.Paused, SettingKeys.Paused, section.OptionalFlag(SettingKeys.Paused) switch
        {
            true => "true",
            false => "false",
            null => null,
        });
    }

    private void ReadSensor(TomlSection section)
    {
        var board = section.Text("board");
        var sensor = section.Text("name");
        foreach (var limit in SettingKeys.SensorLimits)
        {
            Take(section, board, SettingKeys.OfSensor(sensor, limit), limit, Number(section, limit));
        }
    }

    private void ReadTrial(TomlSection section)
    {
        var board = section.Text("board");
        var tried = Settings(trials, board);
        tried[section.Text("key")] = section.Text("value");
    }

    private void Take(TomlSection section, string board, string key, string written, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (!Settings(boards, board).TryAdd(key, value))
        {
            throw section.Wrong(written, $"was set for {board} before; keep one of the two.");
        }

        places[(board, key)] = why => section.Wrong(written, why);
    }

    private static SortedDictionary<string, string> Settings(
        SortedDictionary<string, SortedDictionary<string, string>> all, string board)
    {
        if (!all.TryGetValue(board, out var settings))
        {
            settings = new(StringComparer.Ordinal);
            all.Add(board, settings);
        }

        return settings;
    }

    private static string? Number(TomlSection section, string key) =>
        section.OptionalNumber(key, double.MinValue, double.MaxValue)?.ToString(CultureInfo.InvariantCulture);
}
