using System.Globalization;
using Drivers;

namespace Firmware.Inspection;

/// <summary>How near a rail keeps to what it was told, from many readings, with the chips hashing or not.</summary>
internal sealed class RailAccuracy(Volts? setPoint)
{
    public const string Remedy = "Check the supply and its cable, and the regulator's feedback";

    /// <summary>Half of what ends the work in service, so that a board that passes has room.</summary>
    private const double Tolerance = 0.05;

    private const int ReadingsMin = 3;

    private double lowest = double.PositiveInfinity;
    private double highest = double.NegativeInfinity;
    private int readings;

    public bool IsGood => readings >= ReadingsMin
        && setPoint is { } set
        && lowest >= set.Value * (1 - Tolerance)
        && highest <= set.Value * (1 + Tolerance);

    /// <summary>A reading of the output, in volts; null where there is none, which is nobody's word.</summary>
    public void Saw(double? volts)
    {
        if (volts is { } value)
        {
            readings++;
            lowest = Math.Min(lowest, value);
            highest = Math.Max(highest, value);
        }
    }

    public override string ToString() => readings < ReadingsMin
        ? string.Create(CultureInfo.InvariantCulture, $"only {readings} readings")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{lowest:0.000} to {highest:0.000} V in {readings} readings, told {setPoint} ±{Tolerance * 100:0} %");
}
