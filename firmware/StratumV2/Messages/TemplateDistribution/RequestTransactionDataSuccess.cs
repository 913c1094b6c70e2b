namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Server → client: the transactions of a template. Spec 7.5.</summary>
public readonly ref struct RequestTransactionDataSuccess : IMessage<RequestTransactionDataSuccess>
{
    public static MessageType Type => MessageType.RequestTransactionDataSuccess;

    public required ulong TemplateId { get; init; }
    public required ReadOnlySpan<byte> ExcessData { get; init; }

    /// <summary>In the order of the block, without the coinbase.</summary>
    public required TransactionSequence TransactionList { get; init; }

    public static RequestTransactionDataSuccess Read(scoped ref PayloadReader payload) => new()
    {
        TemplateId = payload.U64(),
        ExcessData = payload.B064K(),
        TransactionList = payload.Seq064KOfB016M(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U64(TemplateId);
        payload.B064K(ExcessData);
        payload.Seq064KOfB016M(TransactionList);
    }
}
