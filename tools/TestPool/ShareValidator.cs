using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>A job with everything that was true when it became active.</summary>
/// <param name="Header">Nonce 0, and the lowest ntime allowed.</param>
/// <param name="Target">A hash at or below it is a share.</param>
public sealed record PoolJob(uint Id, BlockHeader Header, UInt256 Target, UInt256 NetworkTarget, TimeSpan ActiveSince)
{
    /// <summary>Null on a standard channel, where the header's own root counts.</summary>
    public ExtendedRoot? Roots { get; init; }

    /// <summary>The version bits that may be rolled; 0 where none may.</summary>
    public uint VersionMask { get; init; } = ShareValidator.VersionMask;
}

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
    private readonly HashSet<UInt256> seen = [];
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

    /// <summary>Shares of jobs that are active are judged by this target, too (SV2 reference, D13).</summary>
    public void Rejudge(UInt256 target)
    {
        foreach (var id in activeOrder)
        {
            active[id] = active[id] with { Target = target };
        }
    }

    /// <summary>The share names a channel that this connection has not opened, or that was closed.</summary>
    /// <param name="closed">When it was, where it was.</param>
    public static ShareVerdict RefuseChannel(
        int connection, in SubmitSharesStandard share, TimeSpan now, TimeSpan? closed = null)
    {
        var lateness = now - closed;
        var reason = lateness is { } late
            ? $"the channel ended {late.TotalSeconds:0.000} s ago"
            : "no such channel is open";
        return new ShareValidator(connection).Refuse(share, now, ShareErrors.InvalidChannelId, reason) with
        {
            Lateness = lateness,
        };
    }

    /// <param name="share">Of either kind of channel: the fields are the same.</param>
    /// <param name="now">Time since the pool started; it never runs backwards.</param>
    /// <param name="extranonce">What the miner rolled; empty on a standard channel.</param>
    public ShareVerdict Judge(in SubmitSharesStandard share, TimeSpan now, ReadOnlySpan<byte> extranonce = default)
    {
        var expected = lastSequence is { } last ? unchecked(last + 1) : Math.Min(share.SequenceNumber, 1);
        lastSequence = share.SequenceNumber;
        if (share.SequenceNumber != expected)
        {
            return Refuse(share, now, ShareErrors.InvalidShare, $"the next sequence number is {expected}");
        }

        return active.TryGetValue(share.JobId, out var job)
            ? JudgeFields(share, job, now, extranonce)
            : RefuseJob(share, now);
    }

    private ShareVerdict JudgeFields(
        in SubmitSharesStandard share, PoolJob job, TimeSpan now, ReadOnlySpan<byte> extranonce)
    {
        var foreign = (share.Version ^ job.Header.Version) & ~job.VersionMask;
        if (foreign != 0)
        {
            var code = job.VersionMask == 0 ? ShareErrors.VersionRollingNotAllowed : ShareErrors.InvalidVersionBits;
            return Refuse(share, now, code, $"version bits {foreign:x8} are not for rolling");
        }

        var size = job.Roots?.Size ?? 0;
        if (extranonce.Length != size)
        {
            var reason = $"{extranonce.Length} bytes of extranonce where {size} belong";
            return Refuse(share, now, ShareErrors.BadExtranonceSize, reason);
        }

        if (share.NTime < job.Header.NTime)
        {
            return Refuse(share, now, ShareErrors.InvalidShare, $"ntime is below the job's minimum {job.Header.NTime}");
        }

        var latest = job.Header.NTime + (ulong)(now - job.ActiveSince).TotalSeconds + NTimeSlack;
        return share.NTime > latest
            ? Refuse(share, now, ShareErrors.InvalidShare, $"ntime is ahead of the job's clock, which says {latest}")
            : JudgeHash(share, job, now, extranonce);
    }

    private ShareVerdict JudgeHash(
        in SubmitSharesStandard share, PoolJob job, TimeSpan now, ReadOnlySpan<byte> extranonce)
    {
        var header = job.Header with
        {
            MerkleRoot = job.Roots?.With(extranonce) ?? job.Header.MerkleRoot,
            Nonce = share.Nonce,
            NTime = share.NTime,
            Version = share.Version,
        };
        var hash = Sha256Twice.Hash(header);
        if (hash > job.Target)
        {
            var reason = $"hash {hash} is above the job's target {job.Target}";
            return Refuse(share, now, ShareErrors.DifficultyTooLow, reason) with { Hash = hash };
        }

        if (!seen.Add(hash)) // One hash is one header.
        {
            return Refuse(share, now, ShareErrors.DuplicateShare, "it was accepted before") with { Hash = hash };
        }

        return new(connection, share, hash, IsBlock: hash <= job.NetworkTarget, Code: null, Reason: null, now);
    }

    private ShareVerdict RefuseJob(in SubmitSharesStandard share, TimeSpan now) =>
        retired.TryGetValue(share.JobId, out var since)
            ? Refuse(share, now, ShareErrors.StaleShare, $"its job ended {(now - since).TotalSeconds:0.000} s ago") with
            {
                Lateness = now - since,
            }
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
