using Firmware.Boards;

namespace Simulator.Circuits;

/// <summary>What the parts of a board feel and measure at one moment.</summary>
/// <param name="Chip">°C of the chips and their cooler.</param>
/// <param name="Regulator">°C of the regulator.</param>
/// <param name="Board">°C of the board around them.</param>
/// <param name="SupplyVolts">At the board's input, after the drop in its cable.</param>
/// <param name="SupplyAmperes">Into the board.</param>
/// <param name="LoadAmperes">Out of the rail, into the chips.</param>
internal readonly record struct Climate(
    double Chip, double Regulator, double Board, double SupplyVolts, double SupplyAmperes, double LoadAmperes)
{
    /// <summary>
    /// What a part at the sensor's place is as warm as. Where a board's makers correct a reading, the part is taken to
    /// sit so that the correction is right: how far that holds, nobody has measured.
    /// </summary>
    public double At(SensorConfig sensor)
    {
        var place = sensor.HeatSource;
        var degrees = place.StartsWith("regulator", StringComparison.Ordinal) ? Regulator
            : place.StartsWith("board", StringComparison.Ordinal) ? Board
            : Chip;
        return (degrees - sensor.Offset) / sensor.Gain;
    }
}
