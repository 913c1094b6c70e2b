using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>What a claim turned out to be, and where it goes if anywhere.</summary>
/// <param name="Share">What to submit; meaningful where the verdict is a share or a block.</param>
/// <param name="Sink">The session that issued the job, and the only one that may hear of it.</param>
public readonly record struct Judgement(Verdict Verdict, Share Share, IShareSink? Sink)
{
    public bool IsToBeSent => Verdict is Verdict.Share or Verdict.Block;
}

/// <summary>Hashes every claim again. One for each chain, on that chain's thread; allocates nothing.</summary>
/// <param name="chipTarget">The chips' own filter: a healthy chip reports no hash above it.</param>
public sealed class Judge(UInt256 chipTarget)
{
    private readonly RecentNonces recent = new();

    /// <param name="newest">What the slot was last given.</param>
    /// <param name="before">What it held before that: a result may have been on the wire when it changed.</param>
    public Judgement Weigh(in FoundNonce found, in Assignment newest, in Assignment before)
    {
        var verdict = Hash(found, newest, out var header, out var hash);
        if (verdict != Verdict.HardwareError)
        {
            return Weigh(verdict, newest, header, hash);
        }

        verdict = Hash(found, before, out header, out hash);
        return verdict != Verdict.HardwareError
            ? Weigh(verdict, before, header, hash)
            : new(Verdict.HardwareError, default, null);
    }

    /// <summary>By the hash alone.</summary>
    private Verdict Hash(in FoundNonce found, in Assignment assignment, out BlockHeader header, out UInt256 hash)
    {
        if (assignment.Job is not { } job)
        {
            (header, hash) = (default, default);
            return Verdict.HardwareError;
        }

        var mask = assignment.Work.VersionMask;
        header = assignment.Work.Header with
        {
            Nonce = found.Nonce,
            Version = (assignment.Work.Header.Version & ~mask) | (found.VersionBits & mask),
        };
        hash = Sha256d.Hash(header);
        return hash <= job.NetworkTarget ? Verdict.Block
            : hash <= job.Target ? Verdict.Share
            : hash <= chipTarget ? Verdict.BelowTarget
            : Verdict.HardwareError;
    }

    /// <summary>What a true claim is worth.</summary>
    private Judgement Weigh(Verdict verdict, in Assignment assignment, in BlockHeader header, in UInt256 hash)
    {
        var job = assignment.Job!;
        verdict = !recent.TryAdd(assignment.Number, header.Nonce, header.Version) ? Verdict.Duplicate
            : assignment.Retired && verdict == Verdict.Share ? Verdict.Stale
            : verdict;
        if (verdict is not (Verdict.Share or Verdict.Block))
        {
            return new(verdict, default, job.Sink);
        }

        var share = new Share(job.Id, header.Nonce, header.NTime, header.Version, verdict == Verdict.Block)
        {
            Job = job,
            Header = header,
            Hash = hash,
            Extranonce = assignment.Extranonce,
        };
        return new(verdict, share, job.Sink);
    }
}
