namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: the connection stands. Spec 3.6.2.</summary>
/// <param name="Flags">The server's own, not an echo: the constants of this type. Spec 5.3.1.</param>
public readonly record struct SetupConnectionSuccess(ushort UsedVersion, uint Flags)
    : IMessage<SetupConnectionSuccess>
{
    /// <summary>The client must leave the version field as it came.</summary>
    public const uint RequiresFixedVersion = 1 << 0;

    /// <summary>Standard channels are refused.</summary>
    public const uint RequiresExtendedChannels = 1 << 1;

    public static MessageType Type => MessageType.SetupConnectionSuccess;

    public static SetupConnectionSuccess Read(scoped ref PayloadReader payload) => new(
        UsedVersion: payload.U16(),
        Flags: payload.U32());

    public void Write(ref PayloadWriter payload)
    {
        payload.U16(UsedVersion);
        payload.U32(Flags);
    }
}
