namespace Firmware.Walls;

/// <summary>guard has the buses and the pins, and no network at all.</summary>
public static class GuardWall
{
    /// <param name="watchdog">The machine's watchdog, or null.</param>
    public static Wall Of(string stateFolder, string? watchdog = null) => new()
    {
        Verb = "guard",
        Sockets = Sockets.Local,
        Reads = null,

        // Ports come back as new files: the whole of /dev has to stay open.
        Writes = ["/dev", "/sys", stateFolder, .. watchdog is null ? Array.Empty<string>() : [watchdog]],
        Keeps = [Capability.GoFirst, Capability.OverrideFileModes],
    };
}
