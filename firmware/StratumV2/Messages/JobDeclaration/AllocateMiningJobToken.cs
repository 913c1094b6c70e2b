namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Client → server: a token is wanted, with which a job can be declared. Spec 6.4.2.</summary>
public readonly ref struct AllocateMiningJobToken : IMessage<AllocateMiningJobToken>
{
    public static MessageType Type => MessageType.AllocateMiningJobToken;

    public required ReadOnlySpan<byte> UserIdentifier { get; init; }
    public required uint RequestId { get; init; }

    public static AllocateMiningJobToken Read(scoped ref PayloadReader payload) => new()
    {
        UserIdentifier = payload.Str0255(),
        RequestId = payload.U32(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.Str0255(UserIdentifier);
        payload.U32(RequestId);
    }
}
