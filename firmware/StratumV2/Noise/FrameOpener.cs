namespace Firmware.StratumV2.Noise;

/// <summary>
/// Bytes from the socket → frames. Owns the receive buffer and decrypts in it. Spec 4.6. The owner's loop:
/// <code>
/// opener.Received(receive into opener.Free);
/// while (opener.TryOpen(out var frame)) { … }
/// </code>
/// </summary>
/// <param name="cipher">Null takes frames as they are, for connections without encryption.</param>
/// <param name="receiver">Which side we are: it decides how long a payload may be.</param>
public sealed class FrameOpener(CipherState? cipher, Receiver receiver)
{
    /// <summary>Room for some forty jobs; only the header of a longer frame, which is bounded, makes it grow.</summary>
    private const int InitialSize = 4096;

    private readonly int headerSize = cipher is null ? FrameHeader.Size : FrameSealer.HeaderSize;

    // buffer: | read | start: header, opened or not | payload … | end: free |
    private byte[] buffer = new byte[InitialSize];
    private int start;
    private int end;

    /// <summary>What the opened header at <see cref="start"/> says, where it is opened.</summary>
    private FrameHeader announced;
    private bool headerIsOpen;

    /// <summary>Of the frame at <see cref="start"/> on the wire; of its header alone until that is opened.</summary>
    private int wireLength = cipher is null ? FrameHeader.Size : FrameSealer.HeaderSize;

    private ProtocolException? broken;

    /// <summary>Where the socket receives to. Ends the life of frames opened before.</summary>
    public Span<byte> Free
    {
        get
        {
            MakeRoom();
            return buffer.AsSpan(end);
        }
    }

    /// <summary>A part of a frame waits for its rest; that may not take longer than the session allows.</summary>
    public bool Partial => end > start;

    /// <summary>Says how many bytes were put to the start of <see cref="Free"/>.</summary>
    public void Received(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, buffer.Length - end);
        end += count;
    }

    /// <summary>Takes the next frame; false where it has not arrived completely. Call until then.</summary>
    /// <param name="frame">Valid until the next use of this object.</param>
    /// <exception cref="ProtocolException">
    /// A length beyond its type's bounds, or a failed integrity check. Nothing is opened after that.
    /// </exception>
    public bool TryOpen(out Frame frame)
    {
        frame = default;
        if (broken is not null)
        {
            throw broken;
        }

        try
        {
            if (!headerIsOpen)
            {
                if (end - start < headerSize)
                {
                    return false;
                }

                OpenHeader();
            }

            if (end - start < wireLength)
            {
                return false;
            }

            frame = new Frame(announced, OpenPayload());
        }
        catch (ProtocolException exception)
        {
            Break(exception);
            throw;
        }

        start += wireLength;
        ForgetHeader();
        return true;
    }

    private void OpenHeader()
    {
        var bytes = buffer.AsSpan(start, headerSize);
        cipher?.Open(bytes, bytes[..FrameHeader.Size]);
        announced = FrameHeader.Read(bytes);
        MessageBounds.Check(receiver, announced);
        wireLength = headerSize + (cipher is null
            ? announced.PayloadLength
            : FrameSealer.SealedPayloadLength(announced.PayloadLength));
        headerIsOpen = true;
    }

    private void ForgetHeader()
    {
        headerIsOpen = false;
        wireLength = headerSize;
    }

    private ReadOnlySpan<byte> OpenPayload()
    {
        var payload = buffer.AsSpan(start + headerSize, announced.PayloadLength);
        if (cipher is null)
        {
            return payload;
        }

        // Each chunk is opened where it lies, then closes up with the one before it.
        var rest = buffer.AsSpan(start + headerSize, wireLength - headerSize);
        for (var done = 0; done < payload.Length;)
        {
            var chunk = rest[..Math.Min(rest.Length, FrameSealer.SealedChunkMax)];
            var plain = chunk[..^CipherState.TagSize];
            cipher.Open(chunk, plain);
            if (done > 0)
            {
                plain.CopyTo(payload[done..]);
            }

            done += plain.Length;
            rest = rest[chunk.Length..];
        }

        return payload;
    }

    private void MakeRoom()
    {
        if (start == end)
        {
            (start, end) = (0, 0);
        }
        else if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (buffer.Length < wireLength)
        {
            Array.Resize(ref buffer, wireLength);
        }

        if (end == buffer.Length)
        {
            throw new InvalidOperationException("Open the frames that are there before receiving more.");
        }
    }

    /// <summary>Leaves nothing of what was opened, and opens nothing any more.</summary>
    private void Break(ProtocolException why)
    {
        broken = why;
        buffer.AsSpan().Clear();
        (start, end) = (0, 0);
        ForgetHeader();
    }
}
