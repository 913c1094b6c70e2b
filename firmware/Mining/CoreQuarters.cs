using System.Runtime.CompilerServices;

namespace Firmware.Mining;

/// <summary>
/// Whether each quarter of a chip's cores finds its share. Each has a counter and a gate of its own, and may die alone:
/// the rest of the chip mines on, and its results are true. A result comes from any quarter alike, so that n results in
/// a row leave one of them out by chance with 0.75^n: a hundred once in 10^12 times.
/// </summary>
internal struct CoreQuarters
{
    public const int Count = 4;

    /// <summary>So many results in a row that a quarter has no part in are no luck.</summary>
    public const int SilentAfter = 100;

    private Runs since;

    /// <summary>A true result came from this core.</summary>
    /// <param name="cores">How many the chip has; fewer than four have no quarters.</param>
    public void Saw(int core, int cores)
    {
        if (cores < Count || core < 0 || core >= cores)
        {
            return;
        }

        foreach (ref var run in (Span<int>)since)
        {
            run = Math.Min(run + 1, SilentAfter);
        }

        since[core * Count / cores] = 0;
    }

    /// <summary>The first quarter that finds nothing, or null.</summary>
    public readonly int? Silent
    {
        get
        {
            for (var quarter = 0; quarter < Count; quarter++)
            {
                if (since[quarter] == SilentAfter)
                {
                    return quarter;
                }
            }

            return null;
        }
    }

    /// <summary>How many results have come since the last of each quarter.</summary>
    [InlineArray(Count)]
    private struct Runs
    {
        private int first;
    }
}
