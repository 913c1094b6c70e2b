using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>A job with everything that was true when it became active.</summary>
/// <param name="Header">Nonce 0, and the lowest ntime allowed.</param>
/// <param name="Target">A hash at or below it is a share.</param>
public sealed record PoolJob(uint Id, BlockHeader Header, UInt256 Target, UInt256 NetworkTarget, TimeSpan ActiveSince);

/// <summary>
/// Judges the shares of one channel from nothing but what the pool sent and when. Takes no word of the miner for
/// anything: builds the header itself, hashes it with a library of its own and compares.
/// </summary>
/// <param name="connection">The number that verdicts carry.</param>
public sealed class ShareValidator(int connection)
{
    /// <summary>The version bits a miner may roll: BIP 320.</summary>
    public const uint VersionMask = 0x1FFF_E000;

    /// <summary>ntime may be this many seconds ahead of the clock that ticks since the job became active.</summary>
    public const uint NTimeSlack = 2;

    private const int ActiveJobsMax = 64;
    private const int RetiredJobsMax = 256;

    private readonly Dictionary<uint, PoolJob> active = [];
    private readonly Queue<uint> activeOrder = [];
    private readonly Dictionary<uint, TimeSpan> retired = [];
    private readonly Queue<uint> retiredOrder = [];
    private readonly HashSet<(uint Job, uint Nonce, uint NTime, uint Version)> seen = [];
    private uint? lastSequence;

    /// <summary>A job that may be mined from now on, beside those that are active already.</summary>
    public void Activate(PoolJob job)
    {
        if (activeOrder.Count == ActiveJobsMax)
        {
            Retire(activeOrder.Dequeue(), job.ActiveSince);
        }

        _ = retired.Remove(job.Id);
        active[job.Id] = job;
        activeOrder.Enqueue(job.Id);
    }

    /// <summary>There is a new block: what was active is stale.</summary>
    public void RetireAll(TimeSpan now)
    {
        while (activeOrder.TryDequeue(out var id))
        {
            Retire(id, now);
        }

        seen.Clear();
    }

    /// <summary>The share names a channel that this connection has not opened, or has closed.</summary>
    public static ShareVerdict RefuseChannel(int connection, in SubmitSharesStandard share, TimeSpan now) =>
        new ShareValidator(connection).Refuse(share, now, ShareErrors.InvalidChannelId, "no such channel is open");

    /// <param name="now">Time since the pool started; it never runs backwards.</param>
    public ShareVerdict Judge(in SubmitSharesStandard share, TimeSpan now)
    {
        var expected = lastSequence is { } last ? unchecked(last + 1) : Math.Min(share.SequenceNumber, 1);
        lastSequence = share.SequenceNumber;
        if (share.SequenceNumber != expected)
        {
            return Refuse(share, now, ShareErrors.InvalidShare, $"the next sequence number is {expected}");
        }

        return active.TryGetValue(share.JobId, out var job)
            ? JudgeFields(share, job, now)
            : RefuseJob(share, now);
    }

    private ShareVerdict JudgeFields(in SubmitSharesStandard share, PoolJob job, TimeSpan now)
    {
        if (((share.Version ^ job.Header.Version) & ~VersionMask) != 0)
        {
            var foreign = (share.Version ^ job.Header.Version) & ~VersionMask;
            return Refuse(share, now, ShareErrors.InvalidVersionBits, $"version bits {foreign:x8} are not for rolling");
        }

        if (share.NTime < job.Header.NTime)
        {
            return Refuse(share, now, ShareErrors.InvalidShare, $"ntime is below the job's minimum {job.Header.NTime}");
        }

        var latest = job.Header.NTime + (ulong)(now - job.ActiveSince).TotalSeconds + NTimeSlack;
        return share.NTime > latest
            ? Refuse(share, now, ShareErrors.InvalidShare, $"ntime is ahead of the job's clock, which says {latest}")
            : JudgeHash(share, job, now);
    }

    private ShareVerdict JudgeHash(in SubmitSharesStandard share, PoolJob job, TimeSpan now)
    {
        var header = job.Header with { Nonce = share.Nonce, NTime = share.NTime, Version = share.Version };
        var hash = Sha256Twice.Hash(header);
        if (hash > job.Target)
        {
            var reason = $"hash {hash} is above the job's target {job.Target}";
            return Refuse(share, now, ShareErrors.DifficultyTooLow, reason) with { Hash = hash };
        }

        if (!seen.Add((share.JobId, share.Nonce, share.NTime, share.Version)))
        {
            return Refuse(share, now, ShareErrors.DuplicateShare, "it was accepted before") with { Hash = hash };
        }

        return new(connection, share, hash, IsBlock: hash <= job.NetworkTarget, Code: null, Reason: null, now);
    }

    private ShareVerdict RefuseJob(in SubmitSharesStandard share, TimeSpan now) =>
        retired.TryGetValue(share.JobId, out var since)
            ? Refuse(share, now, ShareErrors.StaleShare, $"its job ended {(now - since).TotalSeconds:0.000} s ago")
            : Refuse(share, now, ShareErrors.InvalidJobId, "no such job is or was active");

    private ShareVerdict Refuse(in SubmitSharesStandard share, TimeSpan now, string code, string reason) =>
        new(connection, share, Hash: default, IsBlock: false, code, reason, now);

    private void Retire(uint id, TimeSpan now)
    {
        _ = active.Remove(id);
        if (!retired.ContainsKey(id))
        {
            retiredOrder.Enqueue(id);
        }

        retired[id] = now;
        if (retiredOrder.Count > RetiredJobsMax)
        {
            _ = retired.Remove(retiredOrder.Dequeue());
        }
    }
}
