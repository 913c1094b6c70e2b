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

    private byte[] buffer = new byte[InitialSize];

    // buffer: | read | start: header, opened or not | payload … | end: free |
    private int start;
    private int end;
    private FrameHeader? announced;
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

    private int HeaderSize => cipher is null ? FrameHeader.Size : FrameSealer.HeaderSize;

    /// <summary>Of the frame at <see cref="start"/>, as far as it is known yet.</summary>
    private int WireLength => announced is not { } header
        ? HeaderSize
        : HeaderSize + (cipher is null
            ? header.PayloadLength
            : FrameSealer.SealedPayloadLength(header.PayloadLength));

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
            if (!HeaderIsThere() || end - start < WireLength)
            {
                return false;
            }

            frame = new Frame(announced!.Value, OpenPayload(announced.Value.PayloadLength));
        }
        catch (ProtocolException exception)
        {
            broken = exception;
            buffer.AsSpan().Clear();
            (start, end, announced) = (0, 0, null);
            throw;
        }

        start += WireLength;
        announced = null;
        return true;
    }

    private bool HeaderIsThere()
    {
        if (announced is not null)
        {
            return true;
        }

        if (end - start < HeaderSize)
        {
            return false;
        }

        var bytes = buffer.AsSpan(start, HeaderSize);
        cipher?.Open(bytes, bytes[..FrameHeader.Size]);
        var header = FrameHeader.Read(bytes);
        MessageBounds.Check(receiver, header);
        announced = header;
        return true;
    }

    private ReadOnlySpan<byte> OpenPayload(int length)
    {
        var first = start + HeaderSize;
        if (cipher is null)
        {
            return buffer.AsSpan(first, length);
        }

        // Each chunk is opened where it lies, then closes up with the one before it.
        for (var (done, from) = (0, first); done < length;)
        {
            var plain = Math.Min(length - done, FrameSealer.ChunkMax);
            var chunk = buffer.AsSpan(from, plain + CipherState.TagSize);
            cipher.Open(chunk, chunk[..plain]);
            if (done > 0)
            {
                chunk[..plain].CopyTo(buffer.AsSpan(first + done));
            }

            done += plain;
            from += chunk.Length;
        }

        return buffer.AsSpan(first, length);
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (buffer.Length < WireLength)
        {
            Array.Resize(ref buffer, WireLength);
        }

        if (end == buffer.Length)
        {
            throw new InvalidOperationException("Open the frames that are there before receiving more.");
        }
    }
}
