namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>
/// Client → server: a share with the name of the worker that found it. Extension 0x0002, which adds to the message of
/// the core protocol; the frame is one of the core protocol therefore.
/// </summary>
public readonly ref struct NamedShare : IMessage<NamedShare>
{
    public static MessageType Type => MessageType.SubmitSharesExtended;

    public required SubmitSharesExtended Share { get; init; }

    /// <summary>UTF-8, at most <see cref="WorkerIdentity.Max"/> bytes; empty where none was given.</summary>
    public required ReadOnlySpan<byte> Worker { get; init; }

    public static NamedShare Read(scoped ref PayloadReader payload) => new()
    {
        Share = SubmitSharesExtended.Read(ref payload),
        Worker = WorkerIdentity.Find(payload.Rest),
    };

    public void Write(ref PayloadWriter payload)
    {
        Share.Write(ref payload);
        WorkerIdentity.Write(ref payload, Worker);
    }
}
