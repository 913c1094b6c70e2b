namespace Firmware.StratumV2.Noise;

/// <summary>What the device's clock says, and whether to believe it. The default is not to.</summary>
/// <param name="UnixSeconds">Seconds since 1970; never taken from a pool.</param>
/// <param name="Trusted">True once NTP or a clock chip has set the time.</param>
public readonly record struct ClockView(long UnixSeconds, bool Trusted);
