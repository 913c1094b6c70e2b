using System.Globalization;
using Drivers;

namespace Firmware.Guard;

/// <summary>
/// From the words of settings to set-points, for one board. A setting may lower a limit and never raise it beyond the
/// board's own; there is none that switches the cut-off off.
/// </summary>
public sealed class SettingReader(GuardParts parts)
{
    /// <summary>So far above a wanted temperature, in °C, the clock pays for it.</summary>
    private const double WantedRoom = 3;

    private const double CoolestLimit = 30;
    private const double RampSecondsMax = 600;

    private readonly ClockSteps steps = new(parts.MegahertzMax, parts.Points);

    /// <summary>The board with its own set-points.</summary>
    public GuardParts Board => parts;

    /// <summary>Every key that this board has, in the order in which they are told.</summary>
    public IReadOnlyList<string> Keys { get; } =
    [
        SettingKeys.Clock, SettingKeys.Volts, SettingKeys.PowerLimit, SettingKeys.TargetTemperature, SettingKeys.Fan,
        SettingKeys.FanPercent, SettingKeys.Paused, SettingKeys.RampSeconds,
        .. parts.Sensors.SelectMany(sensor => SettingKeys.OfSensor(sensor.Limits.Name)),
    ];

    /// <summary>What holds where nobody sets anything.</summary>
    public SetPoints BoardDefaults => Read(new Dictionary<string, string>());

    /// <summary>A value as it is kept: a number without what does not change it.</summary>
    public static string? Plain(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : value;

    /// <exception cref="RefusedSetting">One of them is not for this board.</exception>
    public SetPoints Read(IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Keys.FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
        {
            throw new RefusedSetting(unknown, $"is no setting of this board; there are: {string.Join(", ", Keys)}.");
        }

        var fan = settings.GetValueOrDefault(SettingKeys.Fan, "auto");
        var percent = Number(
            settings, SettingKeys.FanPercent, FanPercentMin, 100, "the board's fans never turn slower than the first");
        return new()
        {
            Clock = new(Number(
                settings, SettingKeys.Clock, steps.Lowest.Value, parts.MegahertzMax.Value, "the board allows no other")
                ?? parts.Megahertz.Value),
            Volts = ReadVolts(settings),
            PowerLimit = ReadPowerLimit(settings),
            Sensors = [.. parts.Sensors.Select(sensor => ReadSensor(settings, sensor.Limits))],
            FixedFan = fan switch
            {
                "auto" => null,
                "fixed" when percent is { } drive => new DutyCycle(drive / 100),
                "fixed" => throw new RefusedSetting(
                    SettingKeys.Fan, $"is \"fixed\", and '{SettingKeys.FanPercent}' does not say at what."),
                _ => throw new RefusedSetting(SettingKeys.Fan, $"is \"{fan}\"; allowed here: auto, fixed."),
            },
            FanFloor = new((percent ?? 0) / 100),
            IsPaused = ReadPaused(settings),
            Ramp = TimeSpan.FromSeconds(
                Number(settings, SettingKeys.RampSeconds, 1, RampSecondsMax, "a ramp has an end") ?? 5),
        };
    }

    private double FanPercentMin => 100 * Math.Max(
        ThermalControl.DutyLeast.Fraction, parts.Fans.Select(fan => fan.DutyMin.Fraction).DefaultIfEmpty().Max());

    private Volts? ReadVolts(IReadOnlyDictionary<string, string> settings)
    {
        if (parts.Rail is not { } rail)
        {
            return settings.ContainsKey(SettingKeys.Volts)
                ? throw new RefusedSetting(SettingKeys.Volts, "is set, and this board has no rail of its own.")
                : null;
        }

        var volts = Number(
            settings,
            SettingKeys.Volts,
            (rail.VoltsMin ?? rail.SetPoint).Value,
            (rail.VoltsMax ?? rail.SetPoint).Value,
            "the board's rail has no other");
        return volts is { } set ? new(set) : rail.SetPoint;
    }

    private Watts? ReadPowerLimit(IReadOnlyDictionary<string, string> settings)
    {
        if (settings.ContainsKey(SettingKeys.PowerLimit) && parts.Rail?.Part.MeasuresPower != true)
        {
            throw new RefusedSetting(
                SettingKeys.PowerLimit, "is set, and nothing on this board measures watts: it could not be kept.");
        }

        var most = parts.Rail?.WattsMax.Value ?? 0;
        var watts = Number(settings, SettingKeys.PowerLimit, 1, most, "the last is the board's own limit");
        return watts is { } limit ? new(limit) : null;
    }

    private static bool ReadPaused(IReadOnlyDictionary<string, string> settings) =>
        settings.GetValueOrDefault(SettingKeys.Paused, "false") switch
        {
            "true" => true,
            "false" => false,
            var other => throw new RefusedSetting(SettingKeys.Paused, $"is \"{other}\"; allowed here: true, false."),
        };

    private ThermalLimits ReadSensor(IReadOnlyDictionary<string, string> settings, ThermalLimits board)
    {
        var (targetKey, criticalKey, offKey) = SettingKeys.LimitsOf(board.Name);
        var target = Limit(settings, targetKey, board.Target);
        var critical = Limit(settings, criticalKey, board.Critical);
        var off = Limit(settings, offKey, board.Off);
        if (critical >= off)
        {
            throw new RefusedSetting(
                settings.ContainsKey(criticalKey) ? criticalKey : offKey,
                $"is wrong: critical, {critical}, must lie below off, {off}.");
        }

        if (target >= critical)
        {
            throw new RefusedSetting(
                settings.ContainsKey(targetKey) ? targetKey : criticalKey,
                $"is wrong: target, {target}, must lie below critical, {critical}.");
        }

        var limits = board with { Target = target, Critical = critical, Off = off };
        var wanted = Number(
            settings, SettingKeys.TargetTemperature, CoolestLimit, TargetMax, "the last is the board's own target");
        return wanted is not { } degrees || !board.IsOfChip
            ? limits
            : limits with { Target = new(Math.Min(target.Degrees, degrees)), Wanted = new(degrees + WantedRoom) };
    }

    /// <summary>The highest target of what stands for the chips.</summary>
    private double TargetMax => parts.Sensors
        .Where(sensor => sensor.Limits.IsOfChip)
        .Select(sensor => sensor.Limits.Target.Degrees)
        .DefaultIfEmpty(CoolestLimit)
        .Max();

    private static Celsius Limit(IReadOnlyDictionary<string, string> settings, string key, Celsius board)
    {
        var degrees = Number(
            settings, key, CoolestLimit, board.Degrees, "the last is the board's own, which a setting may only lower");
        return degrees is { } set ? new(set) : board;
    }

    private static double? Number(
        IReadOnlyDictionary<string, string> settings, string key, double min, double max, string why)
    {
        if (!settings.TryGetValue(key, out var text))
        {
            return null;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw new RefusedSetting(key, $"is \"{text}\", which is no number.");
        }

        return number >= min && number <= max // NaN fails both.
            ? number
            : throw new RefusedSetting(key, string.Create(
                CultureInfo.InvariantCulture, $"is {number}; allowed here: {min} to {max}, because {why}."));
    }
}
