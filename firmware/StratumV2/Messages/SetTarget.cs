namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the target of jobs that become active from now on. Spec 5.3.21.</summary>
public readonly ref struct SetTarget : IMessage<SetTarget>
{
    public static MessageType Type => MessageType.SetTarget;

    /// <summary>Or a group's id.</summary>
    public required uint ChannelId { get; init; }

    public required ReadOnlySpan<byte> MaximumTarget { get; init; }

    public static SetTarget Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        MaximumTarget = payload.U256(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U256(MaximumTarget);
    }
}
