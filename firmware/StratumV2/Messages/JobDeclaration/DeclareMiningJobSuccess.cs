namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Server → client: the job may be mined. Spec 6.4.5.</summary>
public readonly ref struct DeclareMiningJobSuccess : IMessage<DeclareMiningJobSuccess>
{
    public static MessageType Type => MessageType.DeclareMiningJobSuccess;

    public required uint RequestId { get; init; }

    /// <summary>For <see cref="SetCustomMiningJob"/>.</summary>
    public required ReadOnlySpan<byte> NewMiningJobToken { get; init; }

    public static DeclareMiningJobSuccess Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        NewMiningJobToken = payload.B0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.B0255(NewMiningJobToken);
    }
}
