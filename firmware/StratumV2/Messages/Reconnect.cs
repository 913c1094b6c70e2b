namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: go and connect there. Spec 3.6.5.</summary>
public readonly ref struct Reconnect : IMessage<Reconnect>
{
    public static MessageType Type => MessageType.Reconnect;

    /// <summary>Empty: the same host. Not to be trusted.</summary>
    public required ReadOnlySpan<byte> NewHost { get; init; }

    /// <summary>0: the same port.</summary>
    public required ushort NewPort { get; init; }

    public static Reconnect Read(scoped ref PayloadReader payload) => new()
    {
        NewHost = payload.Str0255(),
        NewPort = payload.U16(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.Str0255(NewHost);
        payload.U16(NewPort);
    }
}
