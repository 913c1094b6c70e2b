using System.Globalization;

namespace HilTests;

/// <summary>
/// What a process has used of the machine, as the kernel counts it: all its threads, user and system.
/// </summary>
internal readonly record struct ProcessUse(TimeSpan Processor, long ResidentBytes)
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux we run on.
    private const int PageBytes = 4096;

    public static ProcessUse Of(int process)
    {
        // The name is in brackets and may hold anything; behind it, fields 14, 15 and 24 are utime, stime and rss.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new(
            TimeSpan.FromSeconds((Number(fields[14 - 3]) + Number(fields[15 - 3])) / (double)TicksPerSecond),
            Number(fields[24 - 3]) * PageBytes);
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
