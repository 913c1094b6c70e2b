using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// The work of one chain: the job in hand, what each slot was last given, and when there is more of the job. Version
/// bits that the chips do not roll are counted through first, then roots, then the seconds of ntime. Never hands out
/// the same header twice. Not safe across threads: its owner locks.
/// </summary>
public sealed class WorkTable
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    // A slot comes round again while results of its former work may still be on the wire: both are kept.
    private readonly Entry[] newest;
    private readonly Entry[] before;
    private readonly Func<TimeSpan> workLasts;
    private readonly int rolledBits;
    private readonly UsedContent used = new();
    private VersionSplit versions;
    private BlockHeader header;
    private Extranonce extranonce;
    private ulong nextWindow;
    private long issued;
    private long retiredUpTo;
    private int nextSlot;
    private uint lastNTime;
    private TimeSpan issuedAt;
    private bool started;
    private bool isFresh;
    private bool rootsAreSpent;

    /// <param name="slots">How many jobs the chips can tell apart.</param>
    /// <param name="workLasts">
    /// How long the chips take through the nonces and versions of one work: the job goes on with the next one then.
    /// Zero while they do not hash. Left out: for ever.
    /// </param>
    /// <param name="rolledBits">How many version bits the chips roll within one work, at most.</param>
    public WorkTable(int slots, Func<TimeSpan>? workLasts = null, int rolledBits = VersionSplit.BitsMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        this.workLasts = workLasts ?? (() => TimeSpan.Zero);
        this.rolledBits = rolledBits;
        newest = new Entry[slots];
        before = new Entry[slots];
    }

    /// <summary>What the chips hash or, while there are none, would hash. Null: nothing worth it.</summary>
    public Job? Job { get; private set; }

    private bool HasMoreOfThisSecond =>
        nextWindow < versions.Windows || (Job?.Roots is not null && !rootsAreSpent);

    /// <summary>The newest job from the pool. Its first work is due at once.</summary>
    public void Take(Job job)
    {
        Job = job;
        versions = new VersionSplit(job.VersionMask, rolledBits);
        started = false;
        isFresh = true;
        rootsAreSpent = false;
        if (job.Roots is null && used.Begin(job, out var upTo))
        {
            // Content that was handed out, be it under another id, goes on where it was.
            started = true;
            (lastNTime, nextWindow) = upTo;
            header = job.Header with { NTime = lastNTime };
        }
    }

    /// <summary>The work in hand has lost its worth: what the chips still find of it is stale.</summary>
    public void Retire()
    {
        Job = null;
        retiredUpTo = issued;
    }

    /// <summary>The chips may have lost the newest work: the next is due at once, where there is more.</summary>
    public void Hurry() => isFresh = true;

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
        var more = !HasMoreOfThisSecond || lastNTime > NTimeAt(job, now) ? Never
            : isFresh ? now
            : WorkUsedUpAt();
        return more < nextSecond ? more : nextSecond;
    }

    /// <summary>
    /// Work that no chip has seen: the job's first, or the same job with other version bits, another root, or a later
    /// ntime. False while there is none; repeating the old header would find every nonce again.
    /// </summary>
    public bool TryNext(TimeSpan now, out int slot, out Work work)
    {
        slot = nextSlot;
        work = default;
        if (Job is not { } job || NextDue(now) > now || !Advance(job, NTimeAt(job, now)))
        {
            return false;
        }

        var version = versions.Of(job.Header.Version, nextWindow++);
        work = new Work(header with { Version = version }, versions.Rolled);
        if (job.Roots is null)
        {
            used.Note(lastNTime, nextWindow);
        }

        before[slot] = newest[slot];
        newest[slot] = new Entry(job, work, extranonce, ++issued);
        nextSlot = (slot + 1) % newest.Length;
        issuedAt = now;
        isFresh = false;
        return true;
    }

    /// <summary>What the slot holds and what it held before; two empty assignments for a slot that is none.</summary>
    public (Assignment Newest, Assignment Before) At(int slot) =>
        slot >= 0 && slot < newest.Length ? (View(newest[slot]), View(before[slot])) : default;

    /// <summary>Goes to the next window of versions where the header has one left, else to the next header.</summary>
    private bool Advance(Job job, uint ntime)
    {
        if (started && ntime == lastNTime && nextWindow < versions.Windows)
        {
            return true;
        }

        started = true;
        lastNTime = ntime;
        header = job.Header with { NTime = ntime };
        extranonce = default;
        if (job.Roots is { } roots)
        {
            rootsAreSpent = !roots.TryNext(ntime, out extranonce, out var root);
            header = header with { MerkleRoot = root };
        }

        nextWindow = rootsAreSpent ? versions.Windows : 0;
        return !rootsAreSpent;
    }

    private TimeSpan WorkUsedUpAt() => workLasts() is var lasts && lasts > TimeSpan.Zero ? issuedAt + lasts : Never;

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
