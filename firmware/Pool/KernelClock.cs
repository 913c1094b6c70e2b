using Drivers;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// The wall clock, and the kernel's word on whether to believe it: whoever keeps it right (NTP, as a rule) tells the
/// kernel so. A device without a clock chip, a machine without NTP and a container that may not ask are not believed.
/// </summary>
public static class KernelClock
{
    /// <summary>STA_UNSYNC of adjtimex(2); also set again when the last correction is too old.</summary>
    private const int Unsynchronised = 0x0040;

    public static unsafe ClockView View()
    {
        var state = default(Linux.TimeState); // Modes 0 changes nothing, and needs no right.
        var answer = Linux.AdjustTime(&state);
        return new(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), IsTrusted(answer, state.Status));
    }

    internal static bool IsTrusted(int answer, int status) => answer >= 0 && (status & Unsynchronised) == 0;
}
