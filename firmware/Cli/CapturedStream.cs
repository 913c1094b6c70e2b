using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Cli;

/// <summary>
/// What one side sent, frame by frame, with the place of each. No bounds but the header's own: any protocol's frames
/// are shown, and a capture is no peer.
/// </summary>
/// <param name="sender">"client's" or the like, for sentences; empty where nobody knows.</param>
internal sealed class CapturedStream(string sender)
{
    private readonly List<byte> waiting = [];
    private byte[] plain = [];
    private CipherState? cipher;
    private FrameHeader? header;

    /// <summary>How many bytes were read: the next frame begins there.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of a frame that has not come to its end.</summary>
    public int Waiting => waiting.Count;

    public void Add(ReadOnlySpan<byte> bytes) => waiting.AddRange(bytes);

    /// <summary>From here on frames are sealed.</summary>
    public void Secure(CipherState with) => cipher = with;

    /// <summary>The bytes before the frames: a handshake's. Null until all of them are there.</summary>
    public byte[]? TryTake(int count)
    {
        if (waiting.Count < count)
        {
            return null;
        }

        var taken = waiting.GetRange(0, count).ToArray();
        Skip(count);
        return taken;
    }

    /// <param name="frame">Valid until the next call.</param>
    /// <param name="at">Where its header began.</param>
    /// <exception cref="UsageException">It does not open.</exception>
    public bool TryNext(out Frame frame, out long at)
    {
        frame = default;
        at = Position;
        var headerSize = cipher is null ? FrameHeader.Size : FrameSealer.HeaderSize;
        if (header is null && waiting.Count >= headerSize)
        {
            header = FrameHeader.Read(Open(waiting.GetRange(0, headerSize).ToArray(), at));
        }

        if (header is not { } announced)
        {
            return false;
        }

        var length = cipher is null
            ? announced.PayloadLength
            : FrameSealer.SealedPayloadLength(announced.PayloadLength);
        if (waiting.Count - headerSize < length)
        {
            return false;
        }

        plain = Open(waiting.GetRange(headerSize, length).ToArray(), at);
        Skip(headerSize + length);
        header = null;
        frame = new Frame(announced, plain);
        return true;
    }

    /// <exception cref="UsageException">The capture ends within a frame.</exception>
    public void CheckEnd()
    {
        if (waiting.Count > 0)
        {
            throw new UsageException(
                $"The frame at byte {Position}{Of} is cut: it says more bytes than follow, which are {waiting.Count}."
                + (Position == 0 && cipher is null
                    ? " If these are a Noise session's bytes, give --ephemeral-secret and --side."
                    : ""));
        }
    }

    /// <summary>" of the client's bytes", or nothing where all bytes are one side's.</summary>
    public string Of => sender.Length == 0 ? "" : $" of the {sender} bytes";

    private void Skip(int count)
    {
        waiting.RemoveRange(0, count);
        Position += count;
    }

    private byte[] Open(byte[] wire, long at)
    {
        if (cipher is null)
        {
            return wire;
        }

        var opened = new List<byte>();
        foreach (var chunk in wire.Chunk(FrameSealer.SealedChunkMax))
        {
            var bytes = new byte[chunk.Length - CipherState.TagSize];
            try
            {
                cipher.Open(chunk, bytes);
            }
            catch (NoiseException)
            {
                throw new UsageException(
                    $"The frame at byte {at}{Of} does not open: bytes are missing before it, or it was changed.");
            }

            opened.AddRange(bytes);
        }

        return [.. opened];
    }
}
