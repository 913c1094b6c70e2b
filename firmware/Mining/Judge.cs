using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>What a claim turned out to be, and where it goes if anywhere. Lives until the next claim.</summary>
/// <param name="verdict">What it turned out to be.</param>
/// <param name="share">Most claims become none, so that it is pointed at instead of carried about.</param>
/// <param name="sink">The session that issued the job.</param>
public readonly ref struct Judgement(Verdict verdict, ref readonly Share share, IShareSink? sink)
{
    private readonly ref readonly Share share = ref share;

    public Verdict Verdict { get; } = verdict;

    /// <summary>What to submit; meaningful where the verdict is a share or a block.</summary>
    public ref readonly Share Share => ref share;

    /// <summary>The session that issued the job, and the only one that may hear of it.</summary>
    public IShareSink? Sink { get; } = sink;

    public bool IsToBeSent => Verdict is Verdict.Share or Verdict.Block;
}

/// <summary>Hashes every claim again. One for each chain, on that chain's thread; allocates nothing.</summary>
/// <param name="chipTarget">The chips' own filter: a healthy chip reports no hash above it.</param>
public sealed class Judge(UInt256 chipTarget)
{
    private readonly RecentNonces recent = new();
    private Share share;

    /// <param name="newest">What the slot was last given.</param>
    /// <param name="before">What it held before that: a result may have been on the wire when it changed.</param>
    public Judgement Weigh(scoped in FoundNonce found, scoped in Assignment newest, scoped in Assignment before)
    {
        var verdict = Hash(found, newest, out var version, out var hash);
        if (verdict != Verdict.HardwareError)
        {
            return Weigh(verdict, newest, found.Nonce, version, hash);
        }

        verdict = Hash(found, before, out version, out hash);
        return verdict != Verdict.HardwareError
            ? Weigh(verdict, before, found.Nonce, version, hash)
            : new(Verdict.HardwareError, ref share, null);
    }

    /// <summary>By the hash alone.</summary>
    private Verdict Hash(in FoundNonce found, in Assignment assignment, out uint version, out UInt256 hash)
    {
        if (assignment.Job is not { } job)
        {
            (version, hash) = (default, default);
            return Verdict.HardwareError;
        }

        var work = assignment.Work;
        version = (work.Header.Version & ~work.VersionMask) | (found.VersionBits & work.VersionMask);
        hash = Sha256d.Hash(work.Header, version, found.Nonce);
        return hash <= job.NetworkTarget ? Verdict.Block
            : hash <= job.Target ? Verdict.Share
            : hash <= chipTarget ? Verdict.BelowTarget
            : Verdict.HardwareError;
    }

    /// <summary>What a true claim is worth.</summary>
    private Judgement Weigh(
        Verdict verdict, scoped in Assignment assignment, uint nonce, uint version, scoped in UInt256 hash)
    {
        var job = assignment.Job!;
        verdict = !recent.TryAdd(assignment.Number, nonce, version) ? Verdict.Duplicate
            : assignment.Retired && verdict == Verdict.Share ? Verdict.Stale
            : verdict;
        if (verdict is Verdict.Share or Verdict.Block)
        {
            var header = assignment.Work.Header with { Nonce = nonce, Version = version };
            share = new Share(job.Id, nonce, header.NTime, version, verdict == Verdict.Block)
            {
                Job = job,
                Header = header,
                Hash = hash,
                Extranonce = assignment.Extranonce,
            };
        }

        return new(verdict, ref share, job.Sink);
    }
}
