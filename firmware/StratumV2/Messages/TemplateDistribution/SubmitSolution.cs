namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Client → server: a template became a block. Spec 7.7.</summary>
public readonly ref struct SubmitSolution : IMessage<SubmitSolution>
{
    public static MessageType Type => MessageType.SubmitSolution;

    public required ulong TemplateId { get; init; }

    /// <summary>The whole field, as it was hashed.</summary>
    public required uint Version { get; init; }

    public required uint HeaderTimestamp { get; init; }
    public required uint HeaderNonce { get; init; }

    /// <summary>All of it, with its witness.</summary>
    public required ReadOnlySpan<byte> CoinbaseTx { get; init; }

    public static SubmitSolution Read(scoped ref PayloadReader payload) => new()
    {
        TemplateId = payload.U64(),
        Version = payload.U32(),
        HeaderTimestamp = payload.U32(),
        HeaderNonce = payload.U32(),
        CoinbaseTx = payload.B064K(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U64(TemplateId);
        payload.U32(Version);
        payload.U32(HeaderTimestamp);
        payload.U32(HeaderNonce);
        payload.B064K(CoinbaseTx);
    }
}
