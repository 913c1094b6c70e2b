namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the prefix of jobs sent from now on. Spec 5.3.10.</summary>
public readonly ref struct SetExtranoncePrefix : IMessage<SetExtranoncePrefix>
{
    public static MessageType Type => MessageType.SetExtranoncePrefix;

    /// <summary>Never a group's.</summary>
    public required uint ChannelId { get; init; }

    public required ReadOnlySpan<byte> ExtranoncePrefix { get; init; }

    public static SetExtranoncePrefix Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        ExtranoncePrefix = payload.B032(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.B032(ExtranoncePrefix);
    }
}
