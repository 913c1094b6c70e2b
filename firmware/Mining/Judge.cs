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
        var judgement = Weigh(found, newest);
        return judgement.Verdict == Verdict.HardwareError ? Weigh(found, before) : judgement;
    }

    private Judgement Weigh(in FoundNonce found, in Assignment assignment)
    {
        if (assignment.Job is not { } job)
        {
            return new(Verdict.HardwareError, default, null);
        }

        var mask = assignment.Work.VersionMask;
        var header = assignment.Work.Header with
        {
            Nonce = found.Nonce,
            Version = (assignment.Work.Header.Version & ~mask) | (found.VersionBits & mask),
        };
        var hash = Sha256d.Hash(header);
        var verdict = hash <= job.NetworkTarget ? Verdict.Block
            : hash <= job.Target ? Verdict.Share
            : hash <= chipTarget ? Verdict.BelowTarget
            : Verdict.HardwareError;
        if (verdict == Verdict.HardwareError)
        {
            return new(verdict, default, null);
        }

        verdict = !recent.TryAdd(assignment.Number, header.Nonce, header.Version) ? Verdict.Duplicate
            : assignment.Retired && verdict == Verdict.Share ? Verdict.Stale
            : verdict;
        if (verdict is not (Verdict.Share or Verdict.Block))
        {
            return new(verdict, default, job.Sink);
        }

        var isBlock = verdict == Verdict.Block;
        var share = new Share(job.Id, header.Nonce, header.NTime, header.Version, isBlock)
        {
            Job = job,
            Header = header,
            Hash = hash,
            Extranonce = assignment.Extranonce,
        };
        return new(verdict, share, job.Sink);
    }
}
