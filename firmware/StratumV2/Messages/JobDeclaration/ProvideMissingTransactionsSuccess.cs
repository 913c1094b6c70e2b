namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Client → server: the transactions that the server lacks. Spec 6.4.8.</summary>
public readonly ref struct ProvideMissingTransactionsSuccess : IMessage<ProvideMissingTransactionsSuccess>
{
    public static MessageType Type => MessageType.ProvideMissingTransactionsSuccess;

    public required uint RequestId { get; init; }

    /// <summary>In the order of the request.</summary>
    public required TransactionSequence TransactionList { get; init; }

    public static ProvideMissingTransactionsSuccess Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        TransactionList = payload.Seq064KOfB016M(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.Seq064KOfB016M(TransactionList);
    }
}
