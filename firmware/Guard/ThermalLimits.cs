using Drivers;

namespace Firmware.Guard;

/// <summary>What one sensor may show.</summary>
/// <param name="HeatSource">What it measures; sensors of one heat source stand in for each other.</param>
/// <param name="Target">The fans hold it here.</param>
/// <param name="Critical">From here on the clock goes down, step by step, until it is cooler.</param>
/// <param name="Off">From here on, twice in a row, the power is cut.</param>
public sealed record ThermalLimits(string Name, string HeatSource, Celsius Target, Celsius Critical, Celsius Off)
{
    /// <summary>No chip may be at 90 °C even once; what may be hotter (a regulator) has as much room above.</summary>
    private const double ChipInstant = 90;

    private const double RoomAbove = 15;

    /// <summary>One sample at or above it cuts the power.</summary>
    public Celsius Instant => IsOfChip ? new(ChipInstant) : new(Off.Degrees + RoomAbove);

    /// <summary>It stands for the chips, and not for a regulator, which may be hotter.</summary>
    public bool IsOfChip => Off.Degrees <= ChipInstant;

    /// <summary>
    /// Where somebody wants it cooler than the board needs it: from here on the clock goes down once the fans can do no
    /// more. Null where nobody does.
    /// </summary>
    public Celsius? Wanted { get; init; }
}
