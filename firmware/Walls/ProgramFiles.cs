namespace Firmware.Walls;

/// <summary>
/// What a process of ours reads by being one: its libraries, the resolver's settings, what the kernel shows.
/// </summary>
internal static class ProgramFiles
{
    /// <summary>The type of the ioctl(2) requests that serial ports and terminals know.</summary>
    public const byte Terminal = (byte)'T';

    private static readonly string[] Folders =
        ["/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/run", "/dev/urandom", "/dev/random"];

    /// <summary>The program's own folder file by file: with "/" as that folder, everything would be open.</summary>
    public static string[] All()
    {
        var own = Path.GetDirectoryName(Environment.ProcessPath) ?? AppContext.BaseDirectory;
        try
        {
            return [.. Folders, .. Directory.EnumerateFiles(own)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Folders;
        }
    }
}
