namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: shares are accepted, several at once if the server likes. Spec 5.3.13.</summary>
/// <param name="LastSequenceNumber">Everything up to it that was not refused is accepted.</param>
/// <param name="NewSubmitsAcceptedCount">Of this batch.</param>
/// <param name="NewSharesSum">Difficulty of this batch.</param>
public readonly record struct SubmitSharesSuccess(
    uint ChannelId,
    uint LastSequenceNumber,
    uint NewSubmitsAcceptedCount,
    ulong NewSharesSum)
    : IMessage<SubmitSharesSuccess>
{
    public static MessageType Type => MessageType.SubmitSharesSuccess;

    public static SubmitSharesSuccess Read(scoped ref PayloadReader payload) => new(
        ChannelId: payload.U32(),
        LastSequenceNumber: payload.U32(),
        NewSubmitsAcceptedCount: payload.U32(),
        NewSharesSum: payload.U64());

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(LastSequenceNumber);
        payload.U32(NewSubmitsAcceptedCount);
        payload.U64(NewSharesSum);
    }
}
