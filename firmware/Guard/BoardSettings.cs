using Firmware.Link;

namespace Firmware.Guard;

/// <summary>
/// The settings of one board: what the command line says, then what was set and has proven itself, then the board's
/// own. A change that could harm is on trial first. Outlives the board's being unplugged. Reads no clock.
/// </summary>
public sealed class BoardSettings
{
    private readonly SettingReader reader;
    private readonly IReadOnlyDictionary<string, string> commandLine;
    private readonly Action<BoardSettings> keep;
    private SortedDictionary<string, string> proven;
    private SortedDictionary<string, string>? tried;
    private SettingTrial trial = new();

    /// <param name="commandLine">Goes before everything else, and is never written.</param>
    /// <param name="proven">What the file says.</param>
    /// <param name="keep">Writes <see cref="Proven"/> and <see cref="Tried"/>; it must not take long.</param>
    /// <exception cref="RefusedSetting">One of them is not for this board.</exception>
    public BoardSettings(
        SettingReader reader,
        IReadOnlyDictionary<string, string>? commandLine = null,
        IReadOnlyDictionary<string, string>? proven = null,
        Action<BoardSettings>? keep = null)
    {
        this.reader = reader;
        this.commandLine = commandLine ?? new Dictionary<string, string>();
        this.proven = new(proven?.ToDictionary() ?? [], StringComparer.Ordinal);
        this.keep = keep ?? (_ => { });
        _ = reader.Read(this.proven); // Each alone: the command line must not hide what is wrong in the file.
        Current = reader.Read(Effective);
    }

    /// <summary>The board with its own set-points.</summary>
    public GuardParts Board => reader.Board;

    /// <summary>What holds now.</summary>
    public SetPoints Current { get; private set; }

    public IReadOnlyDictionary<string, string> Proven => proven;

    /// <summary>What would hold if the trial succeeds; null while there is none.</summary>
    public IReadOnlyDictionary<string, string>? Tried => tried;

    /// <summary>What was last decided about a change, for people; null where nothing was.</summary>
    public string? Note { get; set; }

    /// <summary>Where keeping them has failed: why. Mining goes on.</summary>
    public Func<string?> Trouble { get; init; } = () => null;

    /// <summary>Every setting that is not the board's own, with its source.</summary>
    public SettingStatus[] Status =>
    [
        .. Effective.Select(setting => new SettingStatus(
            setting.Key,
            setting.Value,
            commandLine.ContainsKey(setting.Key) ? "command line"
                : tried is not null && proven.GetValueOrDefault(setting.Key) != setting.Value ? "on trial"
                : "settings")),
    ];

    private SortedDictionary<string, string> Effective => WithCommandLine(tried ?? proven);

    /// <summary>Somebody asks for a change; null takes the setting back to the board's own.</summary>
    public SettingAnswer Ask(SettingAsk ask)
    {
        if (commandLine.ContainsKey(ask.Key))
        {
            return new(ask.Sequence, ask.Board, Accepted: false, $"'{ask.Key}' is set on the command line.");
        }

        var change = ask with { Value = SettingReader.Plain(ask.Value) };
        var wanted = With(tried ?? proven, change);
        try
        {
            SortedDictionary<string, string>[] all =
                SettingKeys.NeedsProof(ask.Key) ? [wanted] : [wanted, With(proven, change)];
            foreach (var settings in all)
            {
                _ = reader.Read(settings);
                _ = reader.Read(WithCommandLine(settings));
            }

            Use(wanted, change);
        }
        catch (RefusedSetting refused)
        {
            return new(ask.Sequence, ask.Board, Accepted: false, $"'{refused.Key}' {refused.Message}");
        }

        return new(
            ask.Sequence,
            ask.Board,
            Accepted: true,
            tried is null ? "It holds from now on." : "On trial: it is kept once the board has run with it for 60 s.");
    }

    /// <summary>The board has had a tick.</summary>
    public void Step(bool works, double results, TimeSpan now)
    {
        if (tried is null)
        {
            return;
        }

        switch (trial.Step(works, results, Current.IsPaused, now))
        {
            case TrialVerdict.Proven:
                Note = $"proven and kept: {Difference()}";
                proven = tried;
                tried = null;
                keep(this);
                break;
            case TrialVerdict.Failed:
                RollBack("the board stopped before it had found anything");
                break;
            default:
                break;
        }
    }

    /// <summary>The board had a fault, or is gone: whatever was on trial is taken back.</summary>
    public void RollBack(string why)
    {
        if (tried is not null)
        {
            Note = $"rolled back: {Difference()}, because {why}";
            tried = null;
            Current = reader.Read(Effective);
            keep(this);
        }
    }

    private void Use(SortedDictionary<string, string> wanted, SettingAsk ask)
    {
        if (SettingKeys.NeedsProof(ask.Key))
        {
            tried = wanted;
            trial = new();
        }
        else
        {
            proven = With(proven, ask);
            tried = tried is null ? null : wanted;
        }

        Current = reader.Read(Effective);
        keep(this);
    }

    private SortedDictionary<string, string> WithCommandLine(SortedDictionary<string, string> settings)
    {
        var effective = new SortedDictionary<string, string>(settings, StringComparer.Ordinal);
        foreach (var (key, value) in commandLine)
        {
            effective[key] = value;
        }

        return effective;
    }

    private static SortedDictionary<string, string> With(
        SortedDictionary<string, string> settings, SettingAsk ask)
    {
        var changed = new SortedDictionary<string, string>(settings, StringComparer.Ordinal);
        if (ask.Value is null)
        {
            changed.Remove(ask.Key);
        }
        else
        {
            changed[ask.Key] = ask.Value;
        }

        return changed;
    }

    private string Difference() => string.Join(", ", tried!.Keys.Union(proven.Keys)
        .Where(key => tried.GetValueOrDefault(key) != proven.GetValueOrDefault(key))
        .Select(key => $"{key} = {tried.GetValueOrDefault(key, "the board's own")}"));
}
