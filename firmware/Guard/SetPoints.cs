using Drivers;

namespace Firmware.Guard;

/// <summary>What a board is to do, by its file and by whoever set something: always within its limits.</summary>
public sealed record SetPoints
{
    public required Megahertz Clock { get; init; }

    /// <summary>At that clock; null on a board without a rail.</summary>
    public required Volts? Volts { get; init; }

    /// <summary>Null where the board's own limit is the only one.</summary>
    public Watts? PowerLimit { get; init; }

    /// <summary>In the order of the board's sensors.</summary>
    public required IReadOnlyList<ThermalLimits> Sensors { get; init; }

    /// <summary>Null where the temperatures lead the fans.</summary>
    public DutyCycle? FixedFan { get; init; }

    /// <summary>The fans never turn slower; the board's own floor holds besides.</summary>
    public DutyCycle FanFloor { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>What the clock takes from top to bottom for a pause, and back after it.</summary>
    public TimeSpan Ramp { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A value that a board does not take; the message says which limit and why.</summary>
/// <param name="key">As it stands in the settings.</param>
internal sealed class RefusedSetting(string key, string why) : Exception(why)
{
    public string Key => key;
}
