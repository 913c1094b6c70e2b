namespace Firmware.StratumV2.Messages;

/// <summary>Client → server: a nonce and an extranonce that met the channel's target. Spec 5.3.12.</summary>
public readonly ref struct SubmitSharesExtended : IMessage<SubmitSharesExtended>
{
    public static MessageType Type => MessageType.SubmitSharesExtended;

    public required uint ChannelId { get; init; }

    /// <summary>One more with every share of the channel.</summary>
    public required uint SequenceNumber { get; init; }

    public required uint JobId { get; init; }
    public required uint Nonce { get; init; }
    public required uint NTime { get; init; }

    /// <summary>The whole field, as it was hashed.</summary>
    public required uint Version { get; init; }

    /// <summary>Exactly as long as the channel's extranonce size.</summary>
    public required ReadOnlySpan<byte> Extranonce { get; init; }

    public static SubmitSharesExtended Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        SequenceNumber = payload.U32(),
        JobId = payload.U32(),
        Nonce = payload.U32(),
        NTime = payload.U32(),
        Version = payload.U32(),
        Extranonce = payload.B032(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(SequenceNumber);
        payload.U32(JobId);
        payload.U32(Nonce);
        payload.U32(NTime);
        payload.U32(Version);
        payload.B032(Extranonce);
    }
}
