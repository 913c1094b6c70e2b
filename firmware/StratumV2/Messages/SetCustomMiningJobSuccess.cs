namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the custom job is accepted, under this id. Spec 5.3.19.</summary>
public readonly record struct SetCustomMiningJobSuccess(uint ChannelId, uint RequestId, uint JobId)
    : IMessage<SetCustomMiningJobSuccess>
{
    public static MessageType Type => MessageType.SetCustomMiningJobSuccess;

    public static SetCustomMiningJobSuccess Read(scoped ref PayloadReader payload) => new(
        ChannelId: payload.U32(),
        RequestId: payload.U32(),
        JobId: payload.U32());

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(RequestId);
        payload.U32(JobId);
    }
}
