using System.Globalization;

namespace Firmware.Boards;

/// <summary>
/// What no board file may go beyond, whatever it says: the widest range in which firmware in the field runs a chip, and
/// temperatures that metal must not pass.
/// </summary>
internal static class HardLimits
{
    public const double MegahertzMin = 50;
    public const double MegahertzMax = 800;
    public const double CoolestLimit = 30;
    public const double ChipOff = 90;
    public const double RegulatorOff = 110;

    public const string WhyChipOff = "No chip may be at 90 °C, and none of its parts is built for more.";
    public const string WhyRegulatorOff = "Regulators in the field are cut off by then, and their boards are not built "
        + "for more.";

    /// <summary>By part number: volts of one domain, and watts of one chip at most.</summary>
    public static ChipLimits Of(string chip) => chip switch
    {
        "bm1387" => new(0.36, 0.46, 15),
        "bm1397" => new(1.0, 1.5, 60),
        "bm1362" => new(0.24, 0.36, 12),
        _ => new(1.0, 1.4, 60),
    };
}

/// <summary>What one chip stands.</summary>
/// <param name="VoltsMin">The lowest at which firmware in the field starts one.</param>
internal readonly record struct ChipLimits(double VoltsMin, double VoltsMax, double WattsMax)
{
    public string WhyVolts(string chip) => string.Create(
        CultureInfo.InvariantCulture,
        $"A domain of {chip} chips is run within {VoltsMin} and {VoltsMax} V, and no board file goes beyond that.");
}
