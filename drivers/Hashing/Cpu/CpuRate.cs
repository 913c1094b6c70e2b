namespace Drivers.Hashing.Cpu;

/// <summary>What a board of threads is worth.</summary>
public static class CpuRate
{
    /// <summary>
    /// Measures what so many threads hash in a second when they all do, in some tens of milliseconds: two threads of
    /// one core, or of a chip that lowers its clock under load, are worth less than twice one. Time that others take is
    /// not counted against them, and threads beyond the machine's own are worth nothing.
    /// </summary>
    public static double Measure(int threads) => Measure(threads, NonceScan.MeasureRate);

    /// <param name="measure">What the thread that calls it hashes in a second.</param>
    internal static double Measure(int threads, Func<double> measure)
    {
        var rates = new double[Math.Min(threads, Environment.ProcessorCount)];
        using var together = new Barrier(rates.Length);
        var measuring = new Thread[rates.Length];
        for (var i = 0; i < rates.Length; i++)
        {
            var number = i;
            measuring[i] = new Thread(() =>
            {
                together.SignalAndWait();
                rates[number] = measure();
            });
            measuring[i].Start();
        }

        Array.ForEach(measuring, thread => thread.Join());
        return rates.Sum();
    }
}
