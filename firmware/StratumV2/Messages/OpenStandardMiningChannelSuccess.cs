namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the standard channel is open. Spec 5.3.3.</summary>
public readonly ref struct OpenStandardMiningChannelSuccess : IMessage<OpenStandardMiningChannelSuccess>
{
    public static MessageType Type => MessageType.OpenStandardMiningChannelSuccess;

    public required uint RequestId { get; init; }
    public required uint ChannelId { get; init; }

    /// <summary>Of the first jobs.</summary>
    public required ReadOnlySpan<byte> Target { get; init; }

    public required ReadOnlySpan<byte> ExtranoncePrefix { get; init; }
    public required uint GroupChannelId { get; init; }

    public static OpenStandardMiningChannelSuccess Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        ChannelId = payload.U32(),
        Target = payload.U256(),
        ExtranoncePrefix = payload.B032(),
        GroupChannelId = payload.U32(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.U32(ChannelId);
        payload.U256(Target);
        payload.B032(ExtranoncePrefix);
        payload.U32(GroupChannelId);
    }
}
