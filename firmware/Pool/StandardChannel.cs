using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>What a message from the pool means for the chips.</summary>
/// <param name="Start">The job to hash from now on, or null where there is none to start.</param>
/// <param name="StopOldWork">The work in hand has lost its worth, whether or not there is new work.</param>
public readonly record struct ChannelStep(Job? Start = null, bool StopOldWork = false)
{
    /// <summary>Two steps in one: the chips need only hear how it ended.</summary>
    public ChannelStep Then(ChannelStep later) => new(
        later.Start ?? (later.StopOldWork ? null : Start),
        StopOldWork || later.StopOldWork);
}

/// <summary>Turns what a pool says on one standard channel into jobs. Sends and receives nothing itself.</summary>
/// <param name="id">Given by the pool.</param>
/// <param name="group">The group it belongs to; messages to the group are for it too.</param>
/// <param name="target">Of the jobs that become active until a SetTarget.</param>
/// <param name="versionMask">Version bits that may be rolled; 0 where the pool forbids it.</param>
/// <param name="sink">Where the shares of this channel's jobs go.</param>
public sealed class StandardChannel(uint id, uint group, UInt256 target, uint versionMask, IShareSink sink)
{
    /// <summary>BIP320: what every pool takes (SV2 reference §4.4).</summary>
    public const uint GeneralPurposeVersionBits = 0x1FFF_E000;

    /// <summary>The oldest goes when one more comes; the reference pool keeps as many.</summary>
    public const int FutureJobsMax = 16;

    private readonly FutureJob[] futureJobs = new FutureJob[FutureJobsMax];
    private long futureJobCount;
    private Tip? tip;
    private Job? active;

    public uint Id => id;

    public uint Group { get; private set; } = group;

    public bool IsOpen { get; private set; } = true;

    /// <summary>Of jobs that become active from now on. An active job keeps what it was born with.</summary>
    public UInt256 Target { get; private set; } = target;

    /// <summary>Whether a message that carries this id is for this channel.</summary>
    public bool IsAddressedBy(uint channelId) => IsOpen && (channelId == id || channelId == Group);

    /// <summary>A future job waits for its SetNewPrevHash; one with a time starts on the tip we know.</summary>
    public ChannelStep Receive(in NewMiningJob message, TimeSpan now)
    {
        var job = new FutureJob(message.JobId, message.Version, UInt256.Read(message.MerkleRoot), IsThere: true);
        if (message.MinNTime is not { } minNTime)
        {
            Keep(job);
            return default;
        }

        // A job for now before any tip cannot be hashed: it is dropped, and the pool gets its chance.
        return tip is { } current ? Activate(job, current with { MinNTime = minNTime }, now) : default;
    }

    /// <summary>A new tip ends all work on the old one, even where the job that it names is unknown.</summary>
    public ChannelStep Receive(in SetNewPrevHash message, TimeSpan now)
    {
        var target = tip is { } old && old.NBits == message.NBits
            ? old.NetworkTarget
            : Targets.FromNBits(message.NBits);
        var next = new Tip(UInt256.Read(message.PrevHash), message.NBits, target, message.MinNTime);
        if (active is { } running && running.Id == message.JobId && tip == next)
        {
            return default; // Said twice.
        }

        var job = Find(message.JobId);
        Array.Clear(futureJobs);
        tip = next;
        active = null;
        return new ChannelStep(StopOldWork: true).Then(job.IsThere ? Activate(job, next, now) : default);
    }

    /// <summary>Always true: every target is taken as it comes.</summary>
    public bool Receive(in SetTarget message)
    {
        Target = UInt256.Read(message.MaximumTarget);
        return true;
    }

    /// <summary>Moves the channel where it is among those listed; false where it is not.</summary>
    public bool Receive(in SetGroupChannel message)
    {
        for (var i = 0; i < message.ChannelIds.Count; i++)
        {
            if (message.ChannelIds.U32(i) == id)
            {
                Group = message.GroupChannelId;
                return true;
            }
        }

        return false;
    }

    /// <summary>The channel is over, and so is the work on it.</summary>
    public ChannelStep Close()
    {
        IsOpen = false;
        active = null;
        Array.Clear(futureJobs);
        return new(StopOldWork: true);
    }

    private ChannelStep Activate(FutureJob job, Tip on, TimeSpan now)
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

        active = new Job(job.Id, header, versionMask, Target, on.NetworkTarget, now, sink);

        // An id that is used again while it lives takes the meaning from results of its former job.
        return new(active, StopOldWork: sameId);
    }

    private void Keep(FutureJob job)
    {
        for (var i = 0; i < futureJobs.Length; i++)
        {
            if (futureJobs[i].IsThere && futureJobs[i].Id == job.Id)
            {
                futureJobs[i] = job;
                return;
            }
        }

        futureJobs[futureJobCount++ % FutureJobsMax] = job;
    }

    private FutureJob Find(uint jobId)
    {
        foreach (var job in futureJobs)
        {
            if (job.IsThere && job.Id == jobId)
            {
                return job;
            }
        }

        return default;
    }

    private readonly record struct FutureJob(uint Id, uint Version, UInt256 MerkleRoot, bool IsThere);

    private readonly record struct Tip(UInt256 PreviousHash, uint NBits, UInt256 NetworkTarget, uint MinNTime);
}
