namespace Firmware.StratumV2.Messages;

/// <summary>Client → server: a nonce that met the channel's target. Spec 5.3.11.</summary>
/// <param name="SequenceNumber">One more with every share of the channel.</param>
/// <param name="Version">The whole field, as it was hashed.</param>
public readonly record struct SubmitSharesStandard(
    uint ChannelId,
    uint SequenceNumber,
    uint JobId,
    uint Nonce,
    uint NTime,
    uint Version)
    : IMessage<SubmitSharesStandard>
{
    public static MessageType Type => MessageType.SubmitSharesStandard;

    public static SubmitSharesStandard Read(scoped ref PayloadReader payload) => new(
        ChannelId: payload.U32(),
        SequenceNumber: payload.U32(),
        JobId: payload.U32(),
        Nonce: payload.U32(),
        NTime: payload.U32(),
        Version: payload.U32());

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(SequenceNumber);
        payload.U32(JobId);
        payload.U32(Nonce);
        payload.U32(NTime);
        payload.U32(Version);
    }
}
