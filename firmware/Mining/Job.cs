using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// What a pool asked to be hashed, with everything it was made with pinned to it: a nonce is judged against its own
/// job, whatever the pool has said since.
/// </summary>
/// <param name="Id">The pool's job id: opaque, never ordered by.</param>
/// <param name="Header">
/// Nonce 0, and the lowest ntime allowed. Where there are roots to roll, its own is that of an extranonce of zeros.
/// </param>
/// <param name="VersionMask">Version bits that may be rolled; 0 where the pool forbids it.</param>
/// <param name="Target">A hash at or below it is a share. Pinned when the job became active.</param>
/// <param name="NetworkTarget">A hash at or below it is a block; zero where the nbits make no target.</param>
/// <param name="ActiveSince">When it became active: ntime may grow by one for each second since then.</param>
/// <param name="Sink">The session that issued the job: its shares go there and nowhere else.</param>
public sealed record Job(
    uint Id,
    BlockHeader Header,
    uint VersionMask,
    UInt256 Target,
    UInt256 NetworkTarget,
    TimeSpan ActiveSince,
    IShareSink Sink)
{
    /// <summary>
    /// Where each work gets its merkle root on an extended channel. Null where the header has the only one there is.
    /// </summary>
    public IRootRoller? Roots { get; init; }
}

/// <summary>A nonce that meets its job's target, with the fields a submission carries.</summary>
public readonly record struct Share(uint JobId, uint Nonce, uint NTime, uint Version, bool IsBlock)
{
    /// <summary>What it was judged against.</summary>
    public Job? Job { get; init; }

    /// <summary>As it was hashed: a block is logged whole.</summary>
    public BlockHeader Header { get; init; }

    public UInt256 Hash { get; init; }

    /// <summary>Of the work that it was found in; empty on a standard channel.</summary>
    public Extranonce Extranonce { get; init; }
}

/// <summary>Where shares go: the session that issued the job. Called on the chain's thread, never blocks.</summary>
public interface IShareSink
{
    /// <summary>False where the session has ended or has no room: the share is counted as unconfirmed.</summary>
    bool TrySubmit(in Share share, TimeSpan now);
}
