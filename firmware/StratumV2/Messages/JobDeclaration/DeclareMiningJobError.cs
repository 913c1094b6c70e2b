namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Server → client: the job is refused. Spec 6.4.6.</summary>
public readonly ref struct DeclareMiningJobError : IMessage<DeclareMiningJobError>
{
    public static MessageType Type => MessageType.DeclareMiningJobError;

    public required uint RequestId { get; init; }
    public required ReadOnlySpan<byte> ErrorCode { get; init; }
    public required ReadOnlySpan<byte> ErrorDetails { get; init; }

    public static DeclareMiningJobError Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        ErrorCode = payload.Str0255(),
        ErrorDetails = payload.B064K(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.Str0255(ErrorCode);
        payload.B064K(ErrorDetails);
    }
}
