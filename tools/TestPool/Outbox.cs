using Firmware.StratumV2;

namespace TestPool;

/// <summary>Plain frames that wait for the wire, in order.</summary>
/// <param name="layouts">What of them is as older stacks have it.</param>
public sealed class Outbox(OldLayouts layouts = OldLayouts.None)
{
    private const int FrameSizeMax = 16_384;
    private const byte ChannelBit = 0x80;

    private readonly Queue<byte[]> frames = [];
    private readonly byte[] buffer = new byte[FrameSizeMax];

    public void Send<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        var frame = buffer[..FrameWriter.Write(message, buffer)];
        if (T.ExtensionType == 0)
        {
            Age(frame);
        }

        frames.Enqueue(frame);
    }

    /// <summary>Bytes of a frame that is no message of ours.</summary>
    public void Send(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        header.Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        frames.Enqueue(frame);
    }

    /// <summary>False where nothing waits.</summary>
    public bool TryTake(out byte[] frame)
    {
        if (frames.TryDequeue(out var first))
        {
            frame = first;
            return true;
        }

        frame = [];
        return false;
    }

    private void Age(byte[] frame)
    {
        if (layouts.HasFlag(OldLayouts.ChannelBits))
        {
            frame[1] ^= ChannelBit;
        }

        if (layouts.HasFlag(OldLayouts.Numbers))
        {
            frame[2] = (MessageType)frame[2] switch
            {
                MessageType.Reconnect => 0x25,
                MessageType.SetGroupChannel => 0x26,
                _ => frame[2],
            };
        }
    }
}
