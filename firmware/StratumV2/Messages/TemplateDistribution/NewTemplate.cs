namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Server → client: a block to work on. Spec 7.2.</summary>
public readonly ref struct NewTemplate : IMessage<NewTemplate>
{
    public static MessageType Type => MessageType.NewTemplate;

    /// <summary>Greater with every template.</summary>
    public required ulong TemplateId { get; init; }

    /// <summary>It waits for its <see cref="SetNewPrevHash"/>.</summary>
    public required bool FutureTemplate { get; init; }

    public required uint Version { get; init; }
    public required uint CoinbaseTxVersion { get; init; }

    /// <summary>The start of the coinbase input's script.</summary>
    public required ReadOnlySpan<byte> CoinbasePrefix { get; init; }

    public required uint CoinbaseTxInputSequence { get; init; }

    /// <summary>Satoshi that the client's own outputs share among them: subsidy and fees.</summary>
    public required ulong CoinbaseTxValueRemaining { get; init; }

    public required uint CoinbaseTxOutputsCount { get; init; }

    /// <summary>The outputs alone, without a count; they come last in the coinbase.</summary>
    public required ReadOnlySpan<byte> CoinbaseTxOutputs { get; init; }

    public required uint CoinbaseTxLocktime { get; init; }

    /// <summary>U256 each, as they are hashed.</summary>
    public required ItemSequence MerklePath { get; init; }

    public static NewTemplate Read(scoped ref PayloadReader payload) => new()
    {
        TemplateId = payload.U64(),
        FutureTemplate = payload.Bool(),
        Version = payload.U32(),
        CoinbaseTxVersion = payload.U32(),
        CoinbasePrefix = payload.B0255(),
        CoinbaseTxInputSequence = payload.U32(),
        CoinbaseTxValueRemaining = payload.U64(),
        CoinbaseTxOutputsCount = payload.U32(),
        CoinbaseTxOutputs = payload.B064K(),
        CoinbaseTxLocktime = payload.U32(),
        MerklePath = payload.Seq0255(itemSize: 32),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U64(TemplateId);
        payload.Bool(FutureTemplate);
        payload.U32(Version);
        payload.U32(CoinbaseTxVersion);
        payload.B0255(CoinbasePrefix);
        payload.U32(CoinbaseTxInputSequence);
        payload.U64(CoinbaseTxValueRemaining);
        payload.U32(CoinbaseTxOutputsCount);
        payload.B064K(CoinbaseTxOutputs);
        payload.U32(CoinbaseTxLocktime);
        payload.Seq0255(MerklePath);
    }
}
