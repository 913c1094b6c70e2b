namespace Firmware.StratumV2.Messages;

/// <summary>Client → server: a job of the client's own making. Spec 5.3.18.</summary>
public readonly ref struct SetCustomMiningJob : IMessage<SetCustomMiningJob>
{
    public static MessageType Type => MessageType.SetCustomMiningJob;

    public required uint ChannelId { get; init; }
    public required uint RequestId { get; init; }
    public required ReadOnlySpan<byte> MiningJobToken { get; init; }
    public required uint Version { get; init; }
    public required ReadOnlySpan<byte> PrevHash { get; init; }
    public required uint MinNTime { get; init; }
    public required uint NBits { get; init; }
    public required uint CoinbaseTxVersion { get; init; }

    /// <summary>The start of the coinbase input's script.</summary>
    public required ReadOnlySpan<byte> CoinbasePrefix { get; init; }

    public required uint CoinbaseTxInputNSequence { get; init; }

    /// <summary>A CompactSize count, then the outputs.</summary>
    public required ReadOnlySpan<byte> CoinbaseTxOutputs { get; init; }

    public required uint CoinbaseTxLocktime { get; init; }

    /// <summary>U256 each, as they are hashed.</summary>
    public required ItemSequence MerklePath { get; init; }

    public static SetCustomMiningJob Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        RequestId = payload.U32(),
        MiningJobToken = payload.B0255(),
        Version = payload.U32(),
        PrevHash = payload.U256(),
        MinNTime = payload.U32(),
        NBits = payload.U32(),
        CoinbaseTxVersion = payload.U32(),
        CoinbasePrefix = payload.B0255(),
        CoinbaseTxInputNSequence = payload.U32(),
        CoinbaseTxOutputs = payload.B064K(),
        CoinbaseTxLocktime = payload.U32(),
        MerklePath = payload.Seq0255(itemSize: 32),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(RequestId);
        payload.B0255(MiningJobToken);
        payload.U32(Version);
        payload.U256(PrevHash);
        payload.U32(MinNTime);
        payload.U32(NBits);
        payload.U32(CoinbaseTxVersion);
        payload.B0255(CoinbasePrefix);
        payload.U32(CoinbaseTxInputNSequence);
        payload.B064K(CoinbaseTxOutputs);
        payload.U32(CoinbaseTxLocktime);
        payload.Seq0255(MerklePath);
    }
}
