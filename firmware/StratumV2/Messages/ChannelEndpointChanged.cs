namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the channel's endpoint is another now; extension state starts anew. Spec 3.6.4.</summary>
public readonly record struct ChannelEndpointChanged(uint ChannelId)
    : IMessage<ChannelEndpointChanged>
{
    public static MessageType Type => MessageType.ChannelEndpointChanged;

    public static ChannelEndpointChanged Read(scoped ref PayloadReader payload) => new(
        ChannelId: payload.U32());

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
    }
}
