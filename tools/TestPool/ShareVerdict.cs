using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>The codes of SubmitShares.Error as the reference pool of the Stratum project spells them.</summary>
public static class ShareErrors
{
    public const string InvalidChannelId = "invalid-channel-id";
    public const string InvalidJobId = "invalid-job-id";
    public const string StaleShare = "stale-share";
    public const string InvalidShare = "invalid-share";
    public const string InvalidVersionBits = "invalid-non-rollable-version-bit";
    public const string VersionRollingNotAllowed = "version-rolling-not-allowed";
    public const string BadExtranonceSize = "bad-extranonce-size";
    public const string DifficultyTooLow = "difficulty-too-low";
    public const string DuplicateShare = "duplicate-share";
}

/// <summary>What the pool thinks of one share, and why.</summary>
/// <param name="Connection">The pool's number of the connection, from 1.</param>
/// <param name="Hash">Zero where the share was refused before it was hashed.</param>
/// <param name="Code">One of <see cref="ShareErrors"/>, or null where the share was accepted.</param>
/// <param name="Reason">A refusal in plain words.</param>
/// <param name="At">Time since the pool started.</param>
public sealed record ShareVerdict(
    int Connection,
    SubmitSharesStandard Share,
    UInt256 Hash,
    bool IsBlock,
    string? Code,
    string? Reason,
    TimeSpan At)
{
    public bool Accepted => Code is null;

    /// <summary>
    /// The miner could not know better, for a while: its job or its channel had ended so long before. Null where that
    /// is not the reason.
    /// </summary>
    public TimeSpan? Lateness { get; init; }

    public override string ToString() => Accepted
        ? $"accepted share: connection {Connection} channel {Share.ChannelId} sequence {Share.SequenceNumber}"
        : $"refused share: connection {Connection} channel {Share.ChannelId} sequence {Share.SequenceNumber} "
            + $"job {Share.JobId} nonce {Share.Nonce:x8} ntime {Share.NTime} version {Share.Version:x8}: "
            + $"{Code}: {Reason}";
}
