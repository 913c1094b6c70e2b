namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: one share is refused. Spec 5.3.14.</summary>
public readonly ref struct SubmitSharesError : IMessage<SubmitSharesError>
{
    public static MessageType Type => MessageType.SubmitSharesError;

    public required uint ChannelId { get; init; }

    /// <summary>Of the refused share.</summary>
    public required uint SequenceNumber { get; init; }

    /// <summary>For people; a client may act on codes it knows.</summary>
    public required ReadOnlySpan<byte> ErrorCode { get; init; }

    public static SubmitSharesError Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        SequenceNumber = payload.U32(),
        ErrorCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(SequenceNumber);
        payload.Str0255(ErrorCode);
    }
}
