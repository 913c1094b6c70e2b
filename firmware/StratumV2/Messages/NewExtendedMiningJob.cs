namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: a job for an extended channel or a group. Spec 5.3.16.</summary>
public readonly ref struct NewExtendedMiningJob : IMessage<NewExtendedMiningJob>
{
    public static MessageType Type => MessageType.NewExtendedMiningJob;

    /// <summary>Or a group's id.</summary>
    public required uint ChannelId { get; init; }

    public required uint JobId { get; init; }

    /// <summary>Null makes it a future job, which waits for its <see cref="SetNewPrevHash"/>.</summary>
    public required uint? MinNTime { get; init; }

    public required uint Version { get; init; }
    public required bool VersionRollingAllowed { get; init; }

    /// <summary>U256 each, as they are hashed.</summary>
    public required ItemSequence MerklePath { get; init; }

    /// <summary>Without marker, flag and witness.</summary>
    public required ReadOnlySpan<byte> CoinbaseTxPrefix { get; init; }

    public required ReadOnlySpan<byte> CoinbaseTxSuffix { get; init; }

    public static NewExtendedMiningJob Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        JobId = payload.U32(),
        MinNTime = payload.OptionalU32(),
        Version = payload.U32(),
        VersionRollingAllowed = payload.Bool(),
        MerklePath = payload.Seq0255(itemSize: 32),
        CoinbaseTxPrefix = payload.B064K(),
        CoinbaseTxSuffix = payload.B064K(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(JobId);
        payload.OptionalU32(MinNTime);
        payload.U32(Version);
        payload.Bool(VersionRollingAllowed);
        payload.Seq0255(MerklePath);
        payload.B064K(CoinbaseTxPrefix);
        payload.B064K(CoinbaseTxSuffix);
    }
}
