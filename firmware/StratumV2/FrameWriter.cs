namespace Firmware.StratumV2;

/// <summary>Writes whole plain frames.</summary>
public static class FrameWriter
{
    /// <summary>Writes header and payload to the start of <paramref name="frame"/>; returns their length.</summary>
    /// <exception cref="ArgumentException">A field does not fit its type, or the buffer is too small.</exception>
    public static int Write<T>(scoped in T message, Span<byte> frame)
        where T : IMessage<T>, allows ref struct
    {
        var payload = new PayloadWriter(frame[FrameHeader.Size..]);
        message.Write(ref payload);
        var channelBit = T.ExtensionType == 0 && T.Type.HasChannelBit;
        new FrameHeader(T.ExtensionType, channelBit, (byte)T.Type, payload.Length).Write(frame);
        return FrameHeader.Size + payload.Length;
    }
}
