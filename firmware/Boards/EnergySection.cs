using Drivers;

namespace Firmware.Boards;

/// <summary>What a healthy board draws, as its own meter shows it, at one clock and voltage of its chips.</summary>
public sealed record EnergyConfig(Watts Watts, Megahertz Megahertz, Volts Volts);

/// <summary>The table [energy], without which nobody judges whether a board's watts make sense.</summary>
internal static class EnergySection
{
    private const double WattsMax = 5000;
    private const double VoltsMax = 30;

    public static EnergyConfig Read(TomlSection energy)
    {
        var config = new EnergyConfig(
            new(energy.Number("watts", 0.5, WattsMax)),
            new(energy.Number("megahertz", 1, HardLimits.MegahertzMax)),
            new(energy.Number("volts", 0.1, VoltsMax)));
        energy.Finish();
        return config;
    }
}
