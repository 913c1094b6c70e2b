using Firmware.StratumV2;

namespace TestPool;

/// <summary>Plain frames that wait for the wire, in order.</summary>
public sealed class Outbox
{
    private const int FrameSizeMax = 1024;

    private readonly Queue<byte[]> frames = [];

    public void Send<T>(in T message)
        where T : IMessage<T>, allows ref struct
    {
        Span<byte> frame = stackalloc byte[FrameSizeMax];
        frames.Enqueue(frame[..FrameWriter.Write(message, frame)].ToArray());
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
}
