using Firmware.Link;

namespace Firmware.Guard;

/// <summary>
/// Who wants power for one board, and whether that is still true. The first connection that wants it holds the lease
/// until it closes, falls silent or wants it no more; nobody else can want it meanwhile.
/// </summary>
public sealed class Lease
{
    /// <summary>An older want is none.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(1.5);

    private object? holder;
    private BoardWant? want;
    private TimeSpan heardAt;

    /// <summary>Why there is no lease; meaningless while there is one.</summary>
    public string Reason { get; private set; } = "nobody has asked for power yet";

    /// <summary>When a lease that is not renewed ends, or null where there is none.</summary>
    public TimeSpan? EndsAt => holder is null ? null : heardAt + AgeMax;

    /// <summary>One want message arrived, which does or does not list this board.</summary>
    /// <param name="from">The connection that it came over.</param>
    public void Receive(object from, BoardWant? wanted, TimeSpan now)
    {
        _ = Current(now);
        if (holder is not null && holder != from)
        {
            return;
        }

        if (wanted is null)
        {
            End(from, "the board is not wanted: paused, or no work for it");
            return;
        }

        holder = from;
        want = wanted;
        heardAt = now;
    }

    public void Close(object connection) => End(connection, "the connection to mine has closed");

    /// <summary>What is wanted now, or null where there is no lease.</summary>
    public BoardWant? Current(TimeSpan now)
    {
        if (holder is not null && now - heardAt >= AgeMax)
        {
            End(holder, $"mine has been silent for {AgeMax.TotalSeconds:0.0} s");
        }

        return want;
    }

    private void End(object connection, string reason)
    {
        if (holder == connection)
        {
            holder = null;
            want = null;
            Reason = reason;
        }
    }
}
