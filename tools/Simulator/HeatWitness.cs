namespace Simulator;

/// <summary>
/// Looks on as the host reads a board's diode, and tells when it knew enough to cut the power: the second sample in a
/// row at the limit. Times are on <see cref="MonotonicClock"/>.
/// </summary>
public sealed class HeatWitness
{
    private readonly double offDegrees;
    private readonly Lock gate = new();
    private int hotInARow;
    private TimeSpan? confirmedAt;
    private long reads;

    public HeatWitness(SimulatedBoard board, double offDegrees)
    {
        ArgumentNullException.ThrowIfNull(board);
        this.offDegrees = offDegrees;
        board.Faults.DiodeRead = See;
    }

    /// <summary>When the second of two hot samples in a row was read for the first time, or null.</summary>
    public TimeSpan? ConfirmedAt
    {
        get
        {
            lock (gate)
            {
                return confirmedAt;
            }
        }
    }

    /// <summary>How often the diode was read.</summary>
    public long Reads => Interlocked.Read(ref reads);

    private void See(double degrees)
    {
        Interlocked.Increment(ref reads);
        lock (gate)
        {
            hotInARow = degrees >= offDegrees ? hotInARow + 1 : 0;
            confirmedAt = hotInARow == 2 ? confirmedAt ?? MonotonicClock.Now : confirmedAt;
        }
    }
}
