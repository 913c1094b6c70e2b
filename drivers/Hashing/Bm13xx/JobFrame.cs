using System.Buffers.Binary;
using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>A job with the whole header, for BM1362 and later. A new one replaces the one in hand.</summary>
/// <remarks>
/// <code>
///  0  1   2    3    4     5    6       10    14    18          50            82      86
/// | 55 AA | 21 | 56 | id | 01 | nonce | nbits | ntime | merkle root | previous hash | version | CRC16 |
/// </code>
/// Numbers stand as in the header; the two hashes as in the header with their eight 4-byte groups in reverse order.
/// </remarks>
public static class JobFrame
{
    public const int Size = 88;

    private const byte Header = 0x21;
    private const byte Length = Size - 2;

    /// <param name="id">The chip's own form of a job id: <see cref="ChipModel.JobIdByte"/>.</param>
    public static int Write(byte id, in BlockHeader header, Span<byte> frame)
    {
        ReadOnlySpan<byte> start = [0x55, 0xAA, Header, Length, id, 1];
        start.CopyTo(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[10..], header.NBits);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[14..], header.NTime);
        WriteGroupsReversed(header.MerkleRoot, frame[18..]);
        WriteGroupsReversed(header.PreviousHash, frame[50..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[82..], header.Version);
        BinaryPrimitives.WriteUInt16BigEndian(frame[86..], Crc.Crc16(frame[2..86]));
        return Size;
    }

    /// <summary>The header of such a frame, whatever its checksum says.</summary>
    public static BlockHeader Read(ReadOnlySpan<byte> frame) => new()
    {
        Version = BinaryPrimitives.ReadUInt32LittleEndian(frame[82..]),
        PreviousHash = ReadGroupsReversed(frame[50..]),
        MerkleRoot = ReadGroupsReversed(frame[18..]),
        NTime = BinaryPrimitives.ReadUInt32LittleEndian(frame[14..]),
        NBits = BinaryPrimitives.ReadUInt32LittleEndian(frame[10..]),
        Nonce = BinaryPrimitives.ReadUInt32LittleEndian(frame[6..]),
    };

    private static UInt256 ReadGroupsReversed(ReadOnlySpan<byte> bytes) => new(
        Low: BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]), 32),
        MidLow: BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), 32),
        MidHigh: BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), 32),
        High: BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(bytes), 32));

    private static void WriteGroupsReversed(UInt256 hash, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, BitOperations.RotateLeft(hash.High, 32));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], BitOperations.RotateLeft(hash.MidHigh, 32));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], BitOperations.RotateLeft(hash.MidLow, 32));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], BitOperations.RotateLeft(hash.Low, 32));
    }
}
