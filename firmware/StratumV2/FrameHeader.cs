using System.Buffers.Binary;

namespace Firmware.StratumV2;

/// <summary>The 6 bytes before every payload. Spec 3.2.</summary>
/// <param name="ExtensionType">0 to 0x7FFF; 0 is the core protocol.</param>
/// <param name="ChannelBit">Bit 15 of the first field: the payload starts with a channel's id.</param>
/// <param name="Type">The message's number within its extension.</param>
/// <param name="PayloadLength">Bytes that follow the header, 0 to 16 777 215, before encryption.</param>
public readonly record struct FrameHeader(ushort ExtensionType, bool ChannelBit, byte Type, int PayloadLength)
{
    //  0              1      2        3               5
    // | extension_type, LE  | msg_type | msg_length, LE |    bit 15 of extension_type = channel_msg
    public const int Size = 6;
    public const int PayloadLengthMax = 0xFF_FFFF;

    private const ushort ChannelMask = 0x8000;

    /// <summary>Reads the first <see cref="Size"/> bytes; every value of them is a header.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        var extension = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return new(
            ExtensionType: (ushort)(extension & ~ChannelMask),
            ChannelBit: (extension & ChannelMask) != 0,
            Type: bytes[2],
            PayloadLength: bytes[3] | bytes[4] << 8 | bytes[5] << 16);
    }

    public void Write(Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ExtensionType, ChannelMask);
        var writer = new PayloadWriter(bytes);
        writer.U16((ushort)(ExtensionType | (ChannelBit ? ChannelMask : 0)));
        writer.U8(Type);
        writer.U24(PayloadLength);
    }
}
