using System.Diagnostics;

namespace Firmware.Guard;

/// <summary>
/// A moment that outlives guard and needs no right clock, which a board without a battery does not have: in which boot
/// of the machine it was, and how long after it.
/// </summary>
/// <param name="Boot">The kernel's name for the boot; null or empty where it does not tell.</param>
/// <param name="Seconds">Since then.</param>
public readonly record struct BootMoment(string? Boot, double Seconds)
{
    private const double SecondsMax = 1e9; // 30 years; a damaged record may hold any number

    private static readonly string ThisBoot = ReadBoot();

    public static BootMoment Now() => new(ThisBoot, (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency);

    /// <summary>The time that has passed for certain: while the machine was off, none counts.</summary>
    public TimeSpan Since(BootMoment earlier) =>
        string.IsNullOrEmpty(Boot) || string.IsNullOrEmpty(earlier.Boot) ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Clamp(Seconds - (Boot == earlier.Boot ? earlier.Seconds : 0), 0, SecondsMax));

    private static string ReadBoot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception untold) when (untold is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
