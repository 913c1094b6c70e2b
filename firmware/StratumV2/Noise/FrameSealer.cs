namespace Firmware.StratumV2.Noise;

/// <summary>
/// Plain frames → bytes for the socket. Not thread-safe: the lock that covers <see cref="Seal"/> must cover the write
/// too, or frames overtake each other. Spec 4.6.
/// </summary>
/// <param name="cipher">Null leaves frames as they are, for connections without encryption.</param>
public sealed class FrameSealer(CipherState? cipher)
{
    /// <summary>A sealed header.</summary>
    internal const int HeaderSize = FrameHeader.Size + CipherState.TagSize;

    /// <summary>The longest piece of a payload that is sealed at once, before and after.</summary>
    internal const int ChunkMax = 65_519;
    internal const int SealedChunkMax = ChunkMax + CipherState.TagSize;

    /// <summary>Bytes on the wire for a frame, header included; without a cipher it takes fewer.</summary>
    public static int SealedLength(int payloadLength) => HeaderSize + SealedPayloadLength(payloadLength);

    /// <summary>Seals one frame.</summary>
    /// <param name="plainFrame">Header and payload, complete.</param>
    /// <param name="wire">At least <see cref="SealedLength"/> bytes, apart from <paramref name="plainFrame"/>.</param>
    /// <returns>How many bytes to send, in one write.</returns>
    /// <exception cref="NoiseException">The cipher's counter is used up: close the connection.</exception>
    public int Seal(ReadOnlySpan<byte> plainFrame, Span<byte> wire)
    {
        var rest = plainFrame[FrameHeader.Size..];
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            FrameHeader.Read(plainFrame).PayloadLength, rest.Length, nameof(plainFrame));
        if (cipher is null)
        {
            plainFrame.CopyTo(wire);
            return plainFrame.Length;
        }

        cipher.Seal(plainFrame[..FrameHeader.Size], wire[..HeaderSize]);
        var written = HeaderSize;
        while (!rest.IsEmpty)
        {
            var chunk = rest[..Math.Min(rest.Length, ChunkMax)];
            var sealedLength = chunk.Length + CipherState.TagSize;
            cipher.Seal(chunk, wire.Slice(written, sealedLength));
            written += sealedLength;
            rest = rest[chunk.Length..];
        }

        return written;
    }

    /// <summary>Without the header. An empty payload has no chunk and so no tag.</summary>
    internal static int SealedPayloadLength(int payloadLength) => payloadLength switch
    {
        0 => 0,
        <= ChunkMax => payloadLength + CipherState.TagSize,
        _ => payloadLength + (payloadLength + ChunkMax - 1) / ChunkMax * CipherState.TagSize,
    };
}
