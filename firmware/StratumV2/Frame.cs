namespace Firmware.StratumV2;

/// <summary>One received frame. Lives as long as the buffer that holds its payload. Spec 3.2.</summary>
/// <param name="extensionType">Without the channel bit; 0 is the core protocol.</param>
public readonly ref struct Frame(ushort extensionType, bool channelBit, byte type, ReadOnlySpan<byte> payload)
{
    public Frame(FrameHeader header, ReadOnlySpan<byte> payload)
        : this(header.ExtensionType, header.ChannelBit, header.Type, payload)
    {
    }

    public ushort ExtensionType { get; } = extensionType;

    /// <summary>As received; deployed stacks set it wrongly, so nothing but a display may depend on it.</summary>
    public bool ChannelBit { get; } = channelBit;

    public byte Type { get; } = type;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>
    /// Null for a frame that a mining connection ignores: of an extension, of another protocol, or of an unused number.
    /// </summary>
    public MessageType? CoreType =>
        ExtensionType == 0 && ((MessageType)Type).IsKnown ? (MessageType)Type : null;

    /// <summary>Reads the message. Its spans point into <see cref="Payload"/>.</summary>
    /// <exception cref="ProtocolException">The frame holds another message, or a malformed one.</exception>
    public T Read<T>()
        where T : IMessage<T>, allows ref struct
    {
        if (ExtensionType != T.ExtensionType || Type != (byte)T.Type)
        {
            throw new ProtocolException(
                $"Expected {typeof(T).Name}, got message 0x{Type:X2} of extension {ExtensionType}.");
        }

        var payload = new PayloadReader(Payload);
        return T.Read(ref payload);
    }
}
