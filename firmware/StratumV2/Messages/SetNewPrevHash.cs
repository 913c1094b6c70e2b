namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: a new tip. Work on the old one is over, and the named job starts. Spec 5.3.17.</summary>
public readonly ref struct SetNewPrevHash : IMessage<SetNewPrevHash>
{
    public static MessageType Type => MessageType.SetNewPrevHash;

    /// <summary>Or a group's id.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>A future job sent before.</summary>
    public required uint JobId { get; init; }

    /// <summary>As the header holds it.</summary>
    public required ReadOnlySpan<byte> PrevHash { get; init; }

    public required uint MinNTime { get; init; }

    /// <summary>The network target in compact form.</summary>
    public required uint NBits { get; init; }

    public static SetNewPrevHash Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        JobId = payload.U32(),
        PrevHash = payload.U256(),
        MinNTime = payload.U32(),
        NBits = payload.U32(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(JobId);
        payload.U256(PrevHash);
        payload.U32(MinNTime);
        payload.U32(NBits);
    }
}
