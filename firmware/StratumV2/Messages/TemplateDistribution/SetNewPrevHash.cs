namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Server → client: a new tip, and the template to work on. Spec 7.3.</summary>
public readonly ref struct SetNewPrevHash : IMessage<SetNewPrevHash>
{
    public static MessageType Type => MessageType.SetNewPrevHashOfTemplate;

    public required ulong TemplateId { get; init; }
    public required ReadOnlySpan<byte> PrevHash { get; init; }

    /// <summary>Where ntime starts; not the least that is valid.</summary>
    public required uint HeaderTimestamp { get; init; }

    public required uint NBits { get; init; }

    /// <summary>A hash at or below it is a block.</summary>
    public required ReadOnlySpan<byte> Target { get; init; }

    public static SetNewPrevHash Read(scoped ref PayloadReader payload) => new()
    {
        TemplateId = payload.U64(),
        PrevHash = payload.U256(),
        HeaderTimestamp = payload.U32(),
        NBits = payload.U32(),
        Target = payload.U256(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U64(TemplateId);
        payload.U256(PrevHash);
        payload.U32(HeaderTimestamp);
        payload.U32(NBits);
        payload.U256(Target);
    }
}
