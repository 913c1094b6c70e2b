namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Server → client: a token, and what the coinbase has to pay. Spec 6.4.3.</summary>
public readonly ref struct AllocateMiningJobTokenSuccess : IMessage<AllocateMiningJobTokenSuccess>
{
    public static MessageType Type => MessageType.AllocateMiningJobTokenSuccess;

    public required uint RequestId { get; init; }
    public required ReadOnlySpan<byte> MiningJobToken { get; init; }

    /// <summary>A CompactSize count, then the outputs; the first is the pool's, its value still 0.</summary>
    public required ReadOnlySpan<byte> CoinbaseTxOutputs { get; init; }

    public static AllocateMiningJobTokenSuccess Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        MiningJobToken = payload.B0255(),
        CoinbaseTxOutputs = payload.B064K(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.B0255(MiningJobToken);
        payload.B064K(CoinbaseTxOutputs);
    }
}
