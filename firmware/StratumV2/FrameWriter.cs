namespace Firmware.StratumV2;

/// <summary>Writes whole plain frames of the core protocol.</summary>
public static class FrameWriter
{
    /// <summary>Writes header and payload to the start of <paramref name="frame"/>; returns their length.</summary>
    /// <exception cref="ArgumentException">A field does not fit its type, or the buffer is too small.</exception>
    public static int Write<T>(scoped in T message, Span<byte> frame)
        where T : IMessage<T>, allows ref struct
    {
        var payload = new PayloadWriter(frame[FrameHeader.Size..]);
        message.Write(ref payload);
        new FrameHeader(0, T.Type.HasChannelBit, (byte)T.Type, payload.Length).Write(frame);
        return FrameHeader.Size + payload.Length;
    }
}
