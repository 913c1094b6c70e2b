namespace Benchmarks;

/// <summary>Bodies measured in turn, round after round, so that a noisy neighbour meets all of them alike.</summary>
internal static class Rounds
{
    private const int Count = 11;

    /// <param name="operations">How many operations a body does at one call.</param>
    /// <returns>For each body the median of its rounds, in nanoseconds of processor time an operation.</returns>
    public static double[] Nanoseconds(int operations, params Action[] bodies)
    {
        Array.ForEach(bodies, body => body()); // Warm-up.
        var rounds = Array.ConvertAll(bodies, _ => new double[Count]);
        for (var round = 0; round < Count; round++)
        {
            for (var i = 0; i < bodies.Length; i++)
            {
                var before = CpuTime.Nanoseconds();
                bodies[i]();
                rounds[i][round] = (double)(CpuTime.Nanoseconds() - before) / operations;
            }
        }

        return Array.ConvertAll(rounds, Median);
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
