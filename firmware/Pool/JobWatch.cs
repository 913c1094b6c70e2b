using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// Looks at the jobs of one channel for what a working pool does not do: sending the same work again and again, or
/// times that are far from ours. A pure step.
/// </summary>
public sealed class JobWatch
{
    /// <summary>Consensus lets no block be further ahead of us.</summary>
    public const long NTimeOffMax = 2 * 60 * 60;

    /// <summary>Blocks come every ten minutes, and transactions every second.</summary>
    public static readonly TimeSpan UnchangedMax = TimeSpan.FromMinutes(10);

    /// <summary>No job at all may be a test network on which nothing happens: that is waited for longer.</summary>
    public static readonly TimeSpan QuietMax = TimeSpan.FromMinutes(30);

    private int job;
    private int tip;
    private TimeSpan? sameSince;

    /// <summary>Jobs come and have been the same for too long, or none has come for longer still.</summary>
    public bool NeverChange { get; private set; }

    /// <summary>The last job's time is too far from the clock that we trust; false while there is none.</summary>
    public bool NTimeIsFar { get; private set; }

    /// <param name="content">A digest of everything in the job that a new block or transaction changes.</param>
    public void Job(int content, TimeSpan now)
    {
        if (content != job || sameSince is not { } since)
        {
            job = content;
            Changed(now);
        }
        else
        {
            NeverChange = now - since > UnchangedMax;
        }
    }

    /// <summary>Time has passed, and whatever else the pool says, it may have said nothing of jobs.</summary>
    public void Look(TimeSpan now) => NeverChange |= sameSince is { } since && now - since > QuietMax;

    /// <param name="previousHash">A digest of it.</param>
    public void Tip(int previousHash, TimeSpan now)
    {
        if (previousHash != tip)
        {
            tip = previousHash;
            Changed(now);
        }
    }

    /// <param name="ntime">The lowest that the pool allows; null where it does not say yet.</param>
    /// <param name="unixSeconds">By a trusted clock, or null.</param>
    public void NTime(uint? ntime, long? unixSeconds) =>
        NTimeIsFar = ntime is { } lowest
            ? unixSeconds is { } time && Math.Abs(lowest - time) > NTimeOffMax
            : NTimeIsFar;

    public static int Digest(in NewMiningJob job)
    {
        var digest = new HashCode();
        digest.Add(job.Version);
        digest.AddBytes(job.MerkleRoot);
        return digest.ToHashCode();
    }

    public static int Digest(in NewExtendedMiningJob job)
    {
        var digest = new HashCode();
        digest.Add(job.Version);
        digest.AddBytes(job.CoinbaseTxPrefix);
        digest.AddBytes(job.CoinbaseTxSuffix);
        for (var i = 0; i < job.MerklePath.Count; i++)
        {
            digest.AddBytes(job.MerklePath[i]);
        }

        return digest.ToHashCode();
    }

    public static int Digest(in SetNewPrevHash tip)
    {
        var digest = new HashCode();
        digest.AddBytes(tip.PrevHash);
        return digest.ToHashCode();
    }

    private void Changed(TimeSpan now)
    {
        sameSince = now;
        NeverChange = false;
    }
}
