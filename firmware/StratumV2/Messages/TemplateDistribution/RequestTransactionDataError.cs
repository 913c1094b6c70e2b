namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Server → client: there are no transactions for that template. Spec 7.6.</summary>
public readonly ref struct RequestTransactionDataError : IMessage<RequestTransactionDataError>
{
    public static MessageType Type => MessageType.RequestTransactionDataError;

    public required ulong TemplateId { get; init; }
    public required ReadOnlySpan<byte> ErrorCode { get; init; }

    public static RequestTransactionDataError Read(scoped ref PayloadReader payload) => new()
    {
        TemplateId = payload.U64(),
        ErrorCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U64(TemplateId);
        payload.Str0255(ErrorCode);
    }
}
