namespace Firmware.StratumV2.Messages;

/// <summary>Both ways: the channel has ended. Spec 5.3.9.</summary>
public readonly ref struct CloseChannel : IMessage<CloseChannel>
{
    public static MessageType Type => MessageType.CloseChannel;

    /// <summary>A group's id ends every channel of the group.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>For people; a client may act on codes it knows.</summary>
    public required ReadOnlySpan<byte> ReasonCode { get; init; }

    public static CloseChannel Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        ReasonCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.Str0255(ReasonCode);
    }
}
