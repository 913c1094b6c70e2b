namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: these channels belong to this group from now on. Spec 5.3.22.</summary>
public readonly ref struct SetGroupChannel : IMessage<SetGroupChannel>
{
    public static MessageType Type => MessageType.SetGroupChannel;

    public required uint GroupChannelId { get; init; }

    /// <summary>U32 each.</summary>
    public required ItemSequence ChannelIds { get; init; }

    public static SetGroupChannel Read(scoped ref PayloadReader payload) => new()
    {
        GroupChannelId = payload.U32(),
        ChannelIds = payload.Seq064K(itemSize: 4),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(GroupChannelId);
        payload.Seq064K(ChannelIds);
    }
}
