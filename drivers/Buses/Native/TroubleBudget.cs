namespace Drivers.Buses.Native;

/// <summary>How long transfers that fail may take in all, until somebody sets it anew.</summary>
internal sealed class TroubleBudget
{
    private TimeSpan left = TimeSpan.MaxValue;

    public void Limit(TimeSpan atMost) => left = atMost;

    /// <exception cref="IOException">No time is left to try anything.</exception>
    public void Begin()
    {
        if (left <= TimeSpan.Zero)
        {
            throw new IOException("Too much time was lost on this board's buses already.");
        }
    }

    /// <summary>A transfer failed, and took so long.</summary>
    public void Spend(TimeSpan lost) => left = left == TimeSpan.MaxValue ? left : left - lost;
}
