using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>A job as the pool sent it, before there is a tip to hash it on. The default is none.</summary>
/// <param name="VersionMask">Version bits that may be rolled in it.</param>
/// <param name="MerkleRoot">The one there is, or the first of many: it tells jobs apart either way.</param>
internal readonly record struct PoolJob(uint Id, uint Version, uint VersionMask, UInt256 MerkleRoot)
{
    public bool IsThere { get; } = true;
}

/// <summary>Which job of a channel is hashed now, and what it pins (SV2 reference §4.7).</summary>
internal sealed class ChannelJobs(UInt256 target, IShareSink sink)
{
    /// <summary>The oldest goes when one more comes; the reference pool keeps as many.</summary>
    public const int FutureMax = 16;

    private readonly PoolJob[] futureJobs = new PoolJob[FutureMax];
    private long futureJobCount;
    private Tip? tip;
    private Job? active;

    /// <summary>Of jobs that become active from now on.</summary>
    public UInt256 Target { get; set; } = target;

    /// <param name="minNTime">Null for a future job.</param>
    public ChannelStep Take(in PoolJob job, uint? minNTime, TimeSpan now)
    {
        if (minNTime is not { } earliest)
        {
            Keep(job);
            return default;
        }

        // A job for now before any tip cannot be hashed: it is dropped, and the pool gets its chance.
        return tip is { } current ? Activate(job, current with { MinNTime = earliest }, now) : default;
    }

    public ChannelStep Take(in SetNewPrevHash message, TimeSpan now)
    {
        var networkTarget = tip is { } old && old.NBits == message.NBits
            ? old.NetworkTarget
            : Targets.FromNBits(message.NBits);
        var next = new Tip(UInt256.Read(message.PrevHash), message.NBits, networkTarget, message.MinNTime);
        if (active is { } running && running.Id == message.JobId && tip == next)
        {
            return default; // Said twice.
        }

        var job = Find(message.JobId);
        Clear();
        tip = next;
        return new ChannelStep(StopOldWork: true).Then(job.IsThere ? Activate(job, next, now) : default);
    }

    /// <summary>The pool does not know this job.</summary>
    public ChannelStep Drop(uint jobId)
    {
        if (active is not { } running || running.Id != jobId)
        {
            return default;
        }

        active = null;
        return new(StopOldWork: true);
    }

    /// <summary>Nothing is worth hashing any more, nor will what waits ever be.</summary>
    public void Clear()
    {
        active = null;
        Array.Clear(futureJobs);
    }

    private ChannelStep Activate(in PoolJob job, Tip on, TimeSpan now)
    {
        var header = new BlockHeader
        {
            Version = job.Version,
            PreviousHash = on.PreviousHash,
            MerkleRoot = job.MerkleRoot,
            NTime = on.MinNTime,
            NBits = on.NBits,
        };
        var sameId = active is { } running && running.Id == job.Id;
        if (sameId && active!.Header == header)
        {
            return default; // Said twice: beginning again would find every nonce again.
        }

        active = new Job(job.Id, header, job.VersionMask, Target, on.NetworkTarget, now, sink);

        // An id that is used again while it lives takes the meaning from results of its former job.
        return new(active, StopOldWork: sameId);
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
