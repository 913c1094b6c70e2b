namespace Firmware.Boards;

/// <summary>
/// What no board file may go beyond, whatever it says: the widest range in which firmware in the field runs a BM1370
/// from a single TPS546 phase, and temperatures that metal must not pass.
/// </summary>
internal static class HardLimits
{
    public const double MegahertzMin = 50;
    public const double MegahertzMax = 800;
    public const double VoltsMin = 1.0;
    public const double VoltsMax = 1.4;
    public const double WattsMax = 60;
    public const double CoolestLimit = 30;
    public const double ChipOff = 90;
    public const double RegulatorOff = 110;
}
