namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the connection is refused, and closed by the server. Spec 3.6.3.</summary>
public readonly ref struct SetupConnectionError : IMessage<SetupConnectionError>
{
    public static MessageType Type => MessageType.SetupConnectionError;

    /// <summary>All requested flags that the server does not support; 0 where the reason is another.</summary>
    public required uint Flags { get; init; }

    /// <summary>For people; a client may act on codes it knows.</summary>
    public required ReadOnlySpan<byte> ErrorCode { get; init; }

    public static SetupConnectionError Read(scoped ref PayloadReader payload) => new()
    {
        Flags = payload.U32(),
        ErrorCode = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(Flags);
        payload.Str0255(ErrorCode);
    }
}
