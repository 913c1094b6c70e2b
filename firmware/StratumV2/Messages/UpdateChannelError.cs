namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the update is refused; the channel goes on as it was. Spec 5.3.8.</summary>
public readonly ref struct UpdateChannelError : IMessage<UpdateChannelError>
{
    public static MessageType Type => MessageType.UpdateChannelError;

    public required uint ChannelId { get; init; }

    /// <summary>For people; a client may act on codes it knows.</summary>
    public required ReadOnlySpan<byte> ErrorCode { get; init; }

    public static UpdateChannelError Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        ErrorCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.Str0255(ErrorCode);
    }
}
