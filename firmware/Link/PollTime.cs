namespace Firmware.Link;

/// <summary>A wait as poll(2) takes it.</summary>
internal static class PollTime
{
    /// <summary>Rounded up, so that a wait for a deadline does not spin in front of it; never "for ever".</summary>
    public static int Milliseconds(TimeSpan timeout) =>
        (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, 60_000);
}
