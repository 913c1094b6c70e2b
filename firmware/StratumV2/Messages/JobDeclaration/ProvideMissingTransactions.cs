namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Server → client: the server lacks some of the declared transactions. Spec 6.4.7.</summary>
public readonly ref struct ProvideMissingTransactions : IMessage<ProvideMissingTransactions>
{
    public static MessageType Type => MessageType.ProvideMissingTransactions;

    public required uint RequestId { get; init; }

    /// <summary>U16 each: places in <see cref="DeclareMiningJob.WtxidList"/>, from 0.</summary>
    public required ItemSequence UnknownTxPositionList { get; init; }

    public static ProvideMissingTransactions Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        UnknownTxPositionList = payload.Seq064K(itemSize: 2),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.Seq064K(UnknownTxPositionList);
    }
}
