using System.Globalization;

namespace Simulator;

/// <content>The names that the command line and stdin use.</content>
public sealed partial class Faults
{
    private static readonly Dictionary<string, Action<Faults, string>> ByName = new()
    {
        ["sensor-silent"] = (faults, value) => faults.SensorSilent = Switch(value),
        ["sensor-stuck"] = (faults, value) => faults.SensorStuck = Switch(value),
        ["sensor-open"] = (faults, value) => faults.SensorOpen = Switch(value),
        ["sensor-short"] = (faults, value) => faults.SensorShort = Switch(value),
        ["i2c-dead"] = (faults, value) => faults.I2cDead = Switch(value),
        ["stranger-at"] = (faults, value) => faults.StrangerAt = value == "none" ? null : Hexadecimal(value),
        ["stranger-says"] = (faults, value) => faults.StrangerSays = (byte)Number(value, 0, 255),
        ["fan-stalled"] = (faults, value) => faults.FanStalled = Switch(value),
        ["rail-stuck-on"] = (faults, value) => faults.RailStuckOn = Switch(value),
        ["rail-tripped"] = (faults, value) => faults.RailTripped = Switch(value),
        ["pins-hidden"] = (faults, value) => faults.PinsHidden = Switch(value),
        ["leak-watts"] = (faults, value) => faults.LeakWatts = Number(value, 0, 5000),
        ["unplugged"] = (faults, value) => faults.Unplugged = Switch(value),
        ["ambient"] = (faults, value) => faults.AmbientDegrees = Number(value, -40, 125),
        ["chip-dead"] = (faults, value) => faults.ChipDead = Switch(value),
        ["chip-silent"] = (faults, value) => faults.ChipSilent = Switch(value),
        ["chip-wedged"] = (faults, value) => faults.ChipWedged = Switch(value),
        ["baud-write-ignored"] = (faults, value) => faults.BaudWriteIgnored = Switch(value),
        ["garbage-on-pll-write"] = (faults, value) => faults.GarbageOnPllWrite = Switch(value),
        ["stale-results"] = (faults, value) => faults.StaleResults = Switch(value),
        ["chip-id"] = (faults, value) => faults.ChipId = Hexadecimal(value),
        ["chip-count"] = (faults, value) => faults.ChipCount = Count(value, "all"),
        ["hardware-error-rate"] = (faults, value) => faults.HardwareErrorRate = Rate(value),
        ["mute-chips"] = (faults, value) => faults.MuteChips = ChipSet.Parse(value),
        ["dead-cores"] = (faults, value) => faults.DeadCores = ChipSet.Parse(value),
        ["dead-quarters"] = (faults, value) => faults.DeadQuarters = ChipSet.Parse(value),
        ["dead-quarter"] = (faults, value) => faults.DeadQuarter = (int)Number(value, 0, 3),
        ["stuck-plls"] = (faults, value) => faults.StuckPlls = ChipSet.Parse(value),
        ["wedged-chips"] = (faults, value) => faults.WedgedChips = ChipSet.Parse(value),
        ["weak-chips"] = (faults, value) => faults.WeakChips = ChipSet.Parse(value),
        ["weak-above-megahertz"] = (faults, value) => faults.WeakAboveMegahertz = Number(value, 50, 1000),
        ["baud-deaf-chips"] = (faults, value) => faults.BaudDeafChips = ChipSet.Parse(value),
        ["foreign-chips"] = (faults, value) => faults.ForeignChips = ChipSet.Parse(value),
        ["foreign-id"] = (faults, value) => faults.ForeignId = Hexadecimal(value),
        ["broken-after"] = (faults, value) => faults.BrokenAfter = Count(value, "none"),
        ["dead-domains"] = (faults, value) => faults.DeadDomains = ChipSet.Parse(value),
        ["brown-out"] = BrownOut,
        ["truncated-frame-rate"] = (faults, value) => faults.TruncatedFrameRate = Rate(value),
        ["repeated-frame-rate"] = (faults, value) => faults.RepeatedFrameRate = Rate(value),
        ["unasked-reply-rate"] = (faults, value) => faults.UnaskedReplyRate = Rate(value),
        ["wrong-job-id-rate"] = (faults, value) => faults.WrongJobIdRate = Rate(value),
        ["from-chips-drop"] = (faults, value) => faults.FromChips.DropRate = Rate(value),
        ["from-chips-flip"] = (faults, value) => faults.FromChips.FlipRate = Rate(value),
        ["from-chips-duplicate"] = (faults, value) => faults.FromChips.DuplicateRate = Rate(value),
        ["to-chips-drop"] = (faults, value) => faults.ToChips.DropRate = Rate(value),
        ["to-chips-flip"] = (faults, value) => faults.ToChips.FlipRate = Rate(value),
        ["to-chips-duplicate"] = (faults, value) => faults.ToChips.DuplicateRate = Rate(value),
    };

    /// <summary>Every name that <see cref="Set(string, string)"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Sets a fault by its name, "sensor-silent" and "on".</summary>
    /// <exception cref="FormatException">No such fault, or no value of its kind; the message says which.</exception>
    public void Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ByName.TryGetValue(name, out var set))
        {
            throw new FormatException($"There is no fault '{name}'; there are: {string.Join(", ", Names)}.");
        }

        set(this, value);
    }

    /// <summary>"5:20": domain 5, for 20 seconds.</summary>
    private static void BrownOut(Faults faults, string value)
    {
        var words = value.Split(':');
        if (words.Length != 2)
        {
            throw new FormatException($"'{value}' is no domain and seconds like '5:20'.");
        }

        var domain = (int)Number(words[0], 0, ChipSet.PlacesMax - 1);
        faults.BrownOut(domain, TimeSpan.FromSeconds(Number(words[1], 0, 3600)));
    }

    private static bool Switch(string value) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new FormatException($"'{value}' is neither on nor off."),
    };

    private static int? Count(string value, string nothing) =>
        value == nothing ? null : (int)Number(value, 0, ChipSet.PlacesMax);

    private static double Rate(string value) => Number(value, 0, 1);

    private static double Number(string value, double low, double high) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= low && number <= high
            ? number
            : throw new FormatException($"'{value}' is not a number from {low} to {high}.");

    private static int Hexadecimal(string value) =>
        int.TryParse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= 0xFFFF
            ? number
            : throw new FormatException($"'{value}' is no number of up to four hexadecimal digits.");
}
