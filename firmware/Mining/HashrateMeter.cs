namespace Firmware.Mining;

/// <summary>Counts true results by the second: how many came lately, and the hash rate they stand for.</summary>
/// <param name="hashesPerResult">Hashes tried, on average, for one result: 2 to the power of its zero bits.</param>
public sealed class HashrateMeter(double hashesPerResult)
{
    /// <summary>The longest window that can be asked for, in seconds.</summary>
    public const int SecondsKept = 60;

    private readonly int[] counts = new int[SecondsKept + 1];
    private TimeSpan startedAt;
    private long newest;

    /// <summary>Hashing begins: what was counted before belongs to another life of the chips.</summary>
    public void Start(TimeSpan now)
    {
        Array.Clear(counts);
        startedAt = now;
        newest = Second(now);
    }

    public void Count(TimeSpan now)
    {
        Advance(now);
        counts[newest % counts.Length]++;
    }

    /// <summary>
    /// Results in the last <paramref name="window"/>, as a rate; while that is not over, since the start.
    /// </summary>
    public double ResultsPerSecond(TimeSpan window, TimeSpan now)
    {
        Advance(now);
        var span = Math.Min(Math.Min(window.TotalSeconds, SecondsKept), (now - startedAt).TotalSeconds);
        double results = counts[newest % counts.Length];
        var covered = now.TotalSeconds - newest;
        for (var second = newest - 1; second >= 0 && covered < span; second--)
        {
            // The oldest second lies in the window in part only; so do its results, taken as evenly spread.
            results += counts[second % counts.Length] * Math.Min(1, span - covered);
            covered++;
        }

        return results / Math.Max(span, 1);
    }

    /// <summary>Hashes per second over the window.</summary>
    public double HashRate(TimeSpan window, TimeSpan now) => ResultsPerSecond(window, now) * hashesPerResult;

    private static long Second(TimeSpan now) => now.Ticks / TimeSpan.TicksPerSecond;

    private void Advance(TimeSpan now)
    {
        var second = Math.Max(newest, Second(now));
        for (var empty = Math.Max(newest + 1, second - SecondsKept); empty <= second; empty++)
        {
            counts[empty % counts.Length] = 0;
        }

        newest = second;
    }
}
