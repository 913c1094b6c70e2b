namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the custom job is refused. Spec 5.3.20.</summary>
public readonly ref struct SetCustomMiningJobError : IMessage<SetCustomMiningJobError>
{
    public static MessageType Type => MessageType.SetCustomMiningJobError;

    public required uint ChannelId { get; init; }
    public required uint RequestId { get; init; }

    /// <summary>For people; a client may act on codes it knows.</summary>
    public required ReadOnlySpan<byte> ErrorCode { get; init; }

    public static SetCustomMiningJobError Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        RequestId = payload.U32(),
        ErrorCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(RequestId);
        payload.Str0255(ErrorCode);
    }
}
