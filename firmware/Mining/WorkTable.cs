using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// The work of one chain: the job in hand, what each slot was last given, and when there is more of the job. Never
/// hands out the same header twice. Not safe across threads: its owner locks.
/// </summary>
public sealed class WorkTable
{
    /// <summary>
    /// Work never comes faster, whatever it lasts: a slot must still be known when its results have crossed the wire.
    /// </summary>
    public static readonly TimeSpan WorkMin = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    // A slot comes round again while results of its former work may still be on the wire: both are kept.
    private readonly Entry[] newest;
    private readonly Entry[] before;
    private readonly Func<TimeSpan> workLasts;
    private long issued;
    private long retiredUpTo;
    private int nextSlot;
    private uint lastNTime;
    private TimeSpan issuedAt;
    private bool started;
    private bool rootsAreSpent;

    /// <param name="slots">How many jobs the chips can tell apart.</param>
    /// <param name="workLasts">
    /// How long the chips take through the nonces and versions of one work: a job with roots goes on with the next one
    /// then. Zero while they do not hash. Left out: for ever.
    /// </param>
    public WorkTable(int slots, Func<TimeSpan>? workLasts = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        this.workLasts = workLasts ?? (() => TimeSpan.Zero);
        newest = new Entry[slots];
        before = new Entry[slots];
    }

    /// <summary>What the chips hash or, while there are none, would hash. Null: nothing worth it.</summary>
    public Job? Job { get; private set; }

    /// <summary>The newest job from the pool. Its first work is due at once.</summary>
    public void Take(Job job)
    {
        started = false;
        rootsAreSpent = false;
        if (job.Roots is null)
        {
            GoOnWhereContentWas(job);
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

        if (!started)
        {
            return now;
        }

        var nextSecond = lastNTime == uint.MaxValue
            ? Never
            : job.ActiveSince + TimeSpan.FromSeconds((double)lastNTime - job.Header.NTime + 1);
        var usedUp = job.Roots is null || rootsAreSpent ? Never : WorkUsedUpAt();
        return usedUp < nextSecond ? usedUp : nextSecond;
    }

    /// <summary>
    /// Work that no chip has seen: the job's first, or the same job one or more seconds of ntime later, or with
    /// another root. False while there is none; repeating the old header would find every nonce again.
    /// </summary>
    public bool TryNext(TimeSpan now, out int slot, out Work work)
    {
        slot = nextSlot;
        work = default;
        if (Job is not { } job || NextDue(now) > now)
        {
            return false;
        }

        var header = job.Header with { NTime = NTimeAt(job, now) };
        lastNTime = header.NTime;
        started = true;
        var extranonce = default(Extranonce);
        if (job.Roots is { } roots)
        {
            rootsAreSpent = !roots.TryNext(header.NTime, out extranonce, out var root);
            if (rootsAreSpent)
            {
                return false;
            }

            header = header with { MerkleRoot = root };
        }

        work = new Work(header, job.VersionMask);
        before[slot] = newest[slot];
        newest[slot] = new Entry(job, work, extranonce, ++issued);
        nextSlot = (slot + 1) % newest.Length;
        issuedAt = now;
        return true;
    }

    /// <summary>What the slot holds and what it held before; two empty assignments for a slot that is none.</summary>
    public (Assignment Newest, Assignment Before) At(int slot) =>
        slot >= 0 && slot < newest.Length ? (View(newest[slot]), View(before[slot])) : default;

    /// <summary>
    /// Content that was handed out, be it under another id, goes on where it was: its beginning was hashed already.
    /// </summary>
    private void GoOnWhereContentWas(Job job)
    {
        var content = job.Header with { NTime = 0 };
        foreach (ref readonly var entry in newest.AsSpan())
        {
            if (entry.Job is not null && entry.Work.Header with { NTime = 0 } == content)
            {
                var ntime = entry.Work.Header.NTime;
                lastNTime = started ? Math.Max(lastNTime, ntime) : ntime;
                started = true;
            }
        }
    }

    private TimeSpan WorkUsedUpAt() => workLasts() switch
    {
        var lasts when lasts <= TimeSpan.Zero => Never,
        var lasts when lasts < WorkMin => issuedAt + WorkMin,
        var lasts => issuedAt + lasts,
    };

    private Assignment View(in Entry entry) =>
        new(entry.Job, entry.Work, entry.Number, entry.Number <= retiredUpTo) { Extranonce = entry.Extranonce };

    /// <summary>SV2 reference §4.5: one a second at most, by the monotonic clock, and it never wraps.</summary>
    private static uint NTimeAt(Job job, TimeSpan now)
    {
        var seconds = Math.Max(0, (now - job.ActiveSince).Ticks / TimeSpan.TicksPerSecond);
        return (uint)Math.Min(job.Header.NTime + seconds, uint.MaxValue);
    }

    private readonly record struct Entry(Job? Job, Work Work, Extranonce Extranonce, long Number);
}
