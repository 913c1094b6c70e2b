using Drivers;

namespace Firmware.Guard;

/// <summary>What one sensor may show.</summary>
/// <param name="HeatSource">What it measures; sensors of one heat source stand in for each other.</param>
/// <param name="Target">The fans hold it here.</param>
/// <param name="Critical">From here on the clock goes down, until everything is back at its target.</param>
/// <param name="Off">From here on, twice in a row, the power is cut.</param>
public sealed record ThermalLimits(string Name, string HeatSource, Celsius Target, Celsius Critical, Celsius Off)
{
    /// <summary>No chip may be at 90 °C even once; what may be hotter (a regulator) has as much room above.</summary>
    private const double ChipInstant = 90;

    private const double RoomAbove = 15;

    /// <summary>One sample at or above it cuts the power.</summary>
    public Celsius Instant { get; } = Off.Degrees <= ChipInstant ? new(ChipInstant) : new(Off.Degrees + RoomAbove);
}
