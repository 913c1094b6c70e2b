namespace Firmware.Link;

/// <summary>Where the processes of one machine meet, below the folder given as --state.</summary>
public static class LinkPaths
{
    public static string Guard(string folder) => Path.Combine(folder, "guard.sock");

    public static string Mine(string folder) => Path.Combine(folder, "mine.sock");
}
