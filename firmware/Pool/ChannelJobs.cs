using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>A job as the pool sent it, before there is a tip to hash it on. The default is none.</summary>
/// <param name="VersionMask">Version bits that may be rolled in it.</param>
/// <param name="MerkleRoot">Where there are many, that of an extranonce of zeros; it tells jobs apart.</param>
internal readonly record struct PoolJob(uint Id, uint Version, uint VersionMask, UInt256 MerkleRoot)
{
    public bool IsThere { get; } = true;

    /// <summary>Null where the pool made the root.</summary>
    public Coinbase? Coinbase { get; init; }
}

/// <summary>Which job of a channel is hashed now, and what it pins (SV2 reference §4.7).</summary>
/// <param name="extranonceSize">Bytes of the extranonce that are ours; 0 where there is one root a job.</param>
internal sealed class ChannelJobs(UInt256 target, int extranonceSize, IShareSink sink)
{
    /// <summary>The oldest goes when one more comes; the reference pool keeps as many.</summary>
    public const int FutureMax = 16;

    /// <summary>Jobs of the tip whose late results are told from those of another with the same id.</summary>
    private const int PastMax = 16;

    /// <summary>
    /// What the coinbases of future jobs may hold together, in bytes; the oldest go. One that is usual has half a
    /// kilobyte, the largest that fits its message 72.
    /// </summary>
    public const int FutureBytesMax = 256 * 1024;

    private readonly ExtranonceCounter extranonces = new(extranonceSize);
    private readonly Job?[] pastJobs = new Job?[PastMax];
    private readonly PoolJob[] futureJobs = new PoolJob[FutureMax];
    private long futureJobCount;
    private long pastJobCount;
    private long tipNumber;
    private uint tipJobId;
    private Tip? tip;
    private Job? active;

    /// <summary>Of jobs that become active from now on.</summary>
    public UInt256 Target { get; set; } = target;

    /// <summary>Whom the active job's block would pay; null where there is none, or its root alone came.</summary>
    public CoinbaseOutputs? Outputs { get; private set; }

    private int FutureBytes
    {
        get
        {
            var bytes = 0;
            foreach (ref readonly var job in futureJobs.AsSpan())
            {
                bytes += job.Coinbase?.Size ?? 0;
            }

            return bytes;
        }
    }

    /// <summary>Whether a channel is among those that move to a group.</summary>
    public static bool Lists(in SetGroupChannel message, uint id)
    {
        for (var i = 0; i < message.ChannelIds.Count; i++)
        {
            if (message.ChannelIds.U32(i) == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="minNTime">Null for a future job.</param>
    public ChannelStep Take(in PoolJob job, uint? minNTime, TimeSpan now)
    {
        if (minNTime is not { } earliest)
        {
            Keep(job);
            MakeRoom();
            return default;
        }

        // A job for now before any tip cannot be hashed: it is dropped, and the pool gets its chance.
        return tip is { } current ? Activate(job, current with { MinNTime = earliest }, now) : default;
    }

    /// <summary>
    /// A job by its coinbase: the prefix is pinned to it now, and a mask only where the job allows rolling.
    /// </summary>
    public ChannelStep Take(
        in NewExtendedMiningJob message, ReadOnlySpan<byte> prefix, uint versionMask, TimeSpan now)
    {
        if (Coinbase.Read(message, prefix, extranonceSize, out var wrong) is not { } coinbase)
        {
            return new() { Notice = wrong };
        }

        ReadOnlySpan<byte> zeros = stackalloc byte[extranonceSize];
        var mask = message.VersionRollingAllowed ? versionMask : 0;
        var job = new PoolJob(message.JobId, message.Version, mask, coinbase.MerkleRoot(zeros)) { Coinbase = coinbase };
        return Take(job, message.MinNTime, now);
    }

    public ChannelStep Take(in SetNewPrevHash message, TimeSpan now)
    {
        var networkTarget = tip is { } old && old.NBits == message.NBits
            ? old.NetworkTarget
            : Targets.FromNBits(message.NBits);
        var next = new Tip(UInt256.Read(message.PrevHash), message.NBits, networkTarget, message.MinNTime);
        var job = Find(message.JobId);
        if (tip == next && active is { } running && IsSaidTwice(message.JobId, job, running, next))
        {
            return default;
        }

        Clear();
        tipNumber += tip is { } former && former with { MinNTime = next.MinNTime } == next ? 0 : 1;
        tip = next;
        tipJobId = message.JobId;
        return new ChannelStep(StopOldWork: true).Then(job.IsThere ? Activate(job, next, now) : default);
    }

    /// <summary>The pool does not know this job.</summary>
    public ChannelStep Drop(uint jobId)
    {
        if (active is not { } running || running.Id != jobId)
        {
            return default;
        }

        EndActive();
        return new(StopOldWork: true);
    }

    /// <summary>Nothing is worth hashing any more, nor will what waits ever be.</summary>
    public void Clear()
    {
        EndActive();
        Array.Clear(futureJobs);
        Array.Clear(pastJobs);
    }

    /// <summary>Shares and slots may remember the job for long; its coinbase, which may be large, is let go.</summary>
    private void EndActive()
    {
        (active?.Roots as CoinbaseRoots)?.LetGo();
        active = null;
        Outputs = null;
    }

    /// <summary>The tip is the one we know: what it names was begun then, or is what is hashed now.</summary>
    private bool IsSaidTwice(uint jobId, in PoolJob job, Job running, in Tip on) => job.IsThere
        ? IsSame(running, job, on)
        : jobId == tipJobId || jobId == running.Id;

    private static bool IsSame(Job running, in PoolJob job, in Tip on) =>
        running.Id == job.Id && running.VersionMask == job.VersionMask && running.Header == HeaderOf(job, on);

    private static BlockHeader HeaderOf(in PoolJob job, in Tip on) => new()
    {
        Version = job.Version,
        PreviousHash = on.PreviousHash,
        MerkleRoot = job.MerkleRoot,
        NTime = on.MinNTime,
        NBits = on.NBits,
    };

    private ChannelStep Activate(in PoolJob job, in Tip on, TimeSpan now)
    {
        if (active is { } running && IsSame(running, job, on))
        {
            return default; // Said twice: beginning again would find every nonce again.
        }

        var reusesId = ReusesId(job);
        pastJobs[pastJobCount++ % PastMax] = active;
        EndActive();
        active = new Job(job.Id, HeaderOf(job, on), job.VersionMask, Target, on.NetworkTarget, now, sink)
        {
            Roots = extranonceSize == 0 || job.Coinbase is not { } coinbase
                ? null
                : new CoinbaseRoots(coinbase, extranonces, extranonceSize, tipNumber),
        };
        Outputs = job.Coinbase?.Outputs;

        // An id that is used again while it lives takes the meaning from results of its former job.
        return new(active, StopOldWork: reusesId)
        {
            Notice = reusesId ? "The pool used a live job's id for another one: the newest counts." : null,
        };
    }

    /// <summary>A job of this tip had the id, and other content.</summary>
    private bool ReusesId(in PoolJob job)
    {
        var reuses = active?.Id == job.Id;
        foreach (var past in pastJobs)
        {
            reuses |= past is not null
                && past.Id == job.Id
                && (past.Header.MerkleRoot != job.MerkleRoot || past.Header.Version != job.Version);
        }

        return reuses;
    }

    private void Keep(in PoolJob job)
    {
        for (var i = 0; i < futureJobs.Length; i++)
        {
            if (futureJobs[i].IsThere && futureJobs[i].Id == job.Id)
            {
                futureJobs[i] = job;
                return;
            }
        }

        futureJobs[futureJobCount++ % FutureMax] = job;
    }

    private void MakeRoom()
    {
        for (var oldest = futureJobCount; FutureBytes > FutureBytesMax; oldest++)
        {
            futureJobs[oldest % FutureMax] = default;
        }
    }

    private PoolJob Find(uint jobId)
    {
        foreach (ref readonly var job in futureJobs.AsSpan())
        {
            if (job.IsThere && job.Id == jobId)
            {
                return job;
            }
        }

        return default;
    }

    private readonly record struct Tip(UInt256 PreviousHash, uint NBits, UInt256 NetworkTarget, uint MinNTime);
}
