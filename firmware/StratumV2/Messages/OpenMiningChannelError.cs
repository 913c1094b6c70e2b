namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: no channel, standard or extended. Spec 5.3.6.</summary>
public readonly ref struct OpenMiningChannelError : IMessage<OpenMiningChannelError>
{
    public static MessageType Type => MessageType.OpenMiningChannelError;

    public required uint RequestId { get; init; }

    /// <summary>For people; a client may act on codes it knows.</summary>
    public required ReadOnlySpan<byte> ErrorCode { get; init; }

    public static OpenMiningChannelError Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        ErrorCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.Str0255(ErrorCode);
    }
}
