namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Client → server: the whole job, for the server to check. Spec 6.4.4.</summary>
public readonly ref struct DeclareMiningJob : IMessage<DeclareMiningJob>
{
    public static MessageType Type => MessageType.DeclareMiningJob;

    public required uint RequestId { get; init; }
    public required ReadOnlySpan<byte> MiningJobToken { get; init; }
    public required uint Version { get; init; }

    /// <summary>With marker and flag, unlike that of a mining job.</summary>
    public required ReadOnlySpan<byte> CoinbaseTxPrefix { get; init; }

    /// <summary>With the witness.</summary>
    public required ReadOnlySpan<byte> CoinbaseTxSuffix { get; init; }

    /// <summary>U256 each, in the order of the block, without the coinbase.</summary>
    public required ItemSequence WtxidList { get; init; }

    public required ReadOnlySpan<byte> ExcessData { get; init; }

    public static DeclareMiningJob Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        MiningJobToken = payload.B0255(),
        Version = payload.U32(),
        CoinbaseTxPrefix = payload.B064K(),
        CoinbaseTxSuffix = payload.B064K(),
        WtxidList = payload.Seq064K(itemSize: 32),
        ExcessData = payload.B064K(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.B0255(MiningJobToken);
        payload.U32(Version);
        payload.B064K(CoinbaseTxPrefix);
        payload.B064K(CoinbaseTxSuffix);
        payload.Seq064K(WtxidList);
        payload.B064K(ExcessData);
    }
}
