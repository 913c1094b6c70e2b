namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Client → server: the transactions of a template are wanted. Spec 7.4.</summary>
public readonly record struct RequestTransactionData(ulong TemplateId)
    : IMessage<RequestTransactionData>
{
    public static MessageType Type => MessageType.RequestTransactionData;

    public static RequestTransactionData Read(scoped ref PayloadReader payload) => new(
        TemplateId: payload.U64());

    public void Write(ref PayloadWriter payload)
    {
        payload.U64(TemplateId);
    }
}
