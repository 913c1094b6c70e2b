namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the extended channel is open. Spec 5.3.5.</summary>
public readonly ref struct OpenExtendedMiningChannelSuccess : IMessage<OpenExtendedMiningChannelSuccess>
{
    public static MessageType Type => MessageType.OpenExtendedMiningChannelSuccess;

    public required uint RequestId { get; init; }
    public required uint ChannelId { get; init; }

    /// <summary>Of the first jobs.</summary>
    public required ReadOnlySpan<byte> Target { get; init; }

    /// <summary>How many bytes the client rolls.</summary>
    public required ushort ExtranonceSize { get; init; }

    public required ReadOnlySpan<byte> ExtranoncePrefix { get; init; }

    /// <summary>Null from servers older than the end of 2025, whose message ends before it.</summary>
    public required uint? GroupChannelId { get; init; }

    public static OpenExtendedMiningChannelSuccess Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        ChannelId = payload.U32(),
        Target = payload.U256(),
        ExtranonceSize = payload.U16(),
        ExtranoncePrefix = payload.B032(),
        GroupChannelId = payload.Rest.IsEmpty ? null : payload.U32(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.U32(ChannelId);
        payload.U256(Target);
        payload.U16(ExtranonceSize);
        payload.B032(ExtranoncePrefix);
        if (GroupChannelId is { } group)
        {
            payload.U32(group);
        }
    }
}
