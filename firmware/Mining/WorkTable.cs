using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// The work of one chain: the job in hand, what each slot was last given, and when ntime may grow. Never hands out
/// the same header twice. Not safe across threads: its owner locks.
/// </summary>
public sealed class WorkTable
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    // A slot comes round again while results of its former work may still be on the wire: both are kept.
    private readonly (Job? Job, Work Work, long Number)[] newest;
    private readonly (Job? Job, Work Work, long Number)[] before;
    private long issued;
    private long retiredUpTo;
    private int nextSlot;
    private uint lastNTime;
    private bool started;

    /// <param name="slots">How many jobs the chips can tell apart.</param>
    public WorkTable(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        newest = new (Job?, Work, long)[slots];
        before = new (Job?, Work, long)[slots];
    }

    /// <summary>What the chips hash or, while there are none, would hash. Null: nothing worth it.</summary>
    public Job? Job { get; private set; }

    /// <summary>The newest job from the pool. Its first work is due at once.</summary>
    public void Take(Job job)
    {
        // Content that was handed out, be it under another id, goes on where it was: its beginning was hashed already.
        var content = job.Header with { NTime = 0 };
        started = false;
        foreach (ref readonly var entry in newest.AsSpan())
        {
            if (entry.Job is not null && entry.Work.Header with { NTime = 0 } == content)
            {
                var ntime = entry.Work.Header.NTime;
                lastNTime = started ? Math.Max(lastNTime, ntime) : ntime;
                started = true;
            }
        }

        Job = job;
    }

    /// <summary>The work in hand has lost its worth: what the chips still find of it is stale.</summary>
    public void Retire()
    {
        Job = null;
        retiredUpTo = issued;
    }

    /// <summary>When <see cref="TryNext"/> will next have something.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        if (Job is not { } job)
        {
            return Never;
        }

        return !started ? now
            : lastNTime == uint.MaxValue ? Never
            : job.ActiveSince + TimeSpan.FromSeconds((double)lastNTime - job.Header.NTime + 1);
    }

    /// <summary>
    /// Work that no chip has seen: the job's first, or the same job one or more seconds of ntime later. False while
    /// there is none; repeating the old header would find every nonce again.
    /// </summary>
    public bool TryNext(TimeSpan now, out int slot, out Work work)
    {
        slot = nextSlot;
        work = default;
        if (Job is not { } job)
        {
            return false;
        }

        var ntime = NTimeAt(job, now);
        if (started && ntime <= lastNTime)
        {
            return false;
        }

        work = new Work(job.Header with { NTime = ntime }, job.VersionMask);
        before[slot] = newest[slot];
        newest[slot] = (job, work, ++issued);
        nextSlot = (slot + 1) % newest.Length;
        lastNTime = ntime;
        started = true;
        return true;
    }

    /// <summary>What the slot holds and what it held before; two empty assignments for a slot that is none.</summary>
    public (Assignment Newest, Assignment Before) At(int slot) =>
        slot >= 0 && slot < newest.Length ? (View(newest[slot]), View(before[slot])) : default;

    private Assignment View(in (Job? Job, Work Work, long Number) entry) =>
        new(entry.Job, entry.Work, entry.Number, entry.Number <= retiredUpTo);

    /// <summary>SV2 reference §4.5: one a second at most, by the monotonic clock, and it never wraps.</summary>
    private static uint NTimeAt(Job job, TimeSpan now)
    {
        var seconds = Math.Max(0, (now - job.ActiveSince).Ticks / TimeSpan.TicksPerSecond);
        return (uint)Math.Min(job.Header.NTime + seconds, uint.MaxValue);
    }
}
