using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>A job of 1, 2 or 4 midstates and what follows them, for BM1387 and BM1397.</summary>
/// <remarks>
/// <code>
///  0  1   2     3      4    5       6       10      14      18            22           22 + 32 n
/// | 55 AA | 21 | length | id | count | nonce | nbits | ntime | merkle tail | n midstates | CRC16 |
/// </code>
/// A BM1387 has no preamble. Numbers and the last four bytes of the merkle root stand as in the header; a midstate as
/// its eight words in reverse order, each most significant byte first.
/// </remarks>
public static class MidstateFrame
{
    public const int CountMax = 4;
    public const int SizeMax = 152;

    private const byte Header = 0x21;
    private const int MidstateSize = 32;
    private const int FieldsSize = 20;
    private const int CrcSize = 2;

    /// <summary>
    /// The job of a header and its first <paramref name="count"/> versions, which count through the mask's bits.
    /// </summary>
    public static int Write(Commands commands, byte id, in Work work, int count, Span<byte> frame)
    {
        Span<byte> header = stackalloc byte[BlockHeader.Size];
        work.Header.Write(header);
        Span<Midstate> midstates = stackalloc Midstate[count];
        for (uint version = 0; version < count; version++)
        {
            var rolled = (work.Header.Version & ~work.VersionMask) | Deposit(version, work.VersionMask);
            BinaryPrimitives.WriteUInt32LittleEndian(header, rolled);
            midstates[(int)version] = Sha256d.Midstate(header[..Sha256d.MidstateBytes]);
        }

        return Write(commands, id, header[Sha256d.MidstateBytes..], midstates, frame);
    }

    /// <param name="tail">Header bytes 64 to 75: the end of the merkle root, ntime, nbits.</param>
    public static int Write(
        Commands commands, byte id, ReadOnlySpan<byte> tail, ReadOnlySpan<Midstate> midstates, Span<byte> frame)
    {
        commands.Preamble.CopyTo(frame);
        var size = BodySize(midstates.Length);
        var body = frame.Slice(commands.Preamble.Length, size);
        ReadOnlySpan<byte> start = [Header, (byte)size, id, (byte)midstates.Length, 0, 0, 0, 0];
        start.CopyTo(body);
        tail.Slice(8, 4).CopyTo(body[8..]);
        tail.Slice(4, 4).CopyTo(body[12..]);
        tail[..4].CopyTo(body[16..]);
        for (var i = 0; i < midstates.Length; i++)
        {
            WriteReversed(midstates[i], body[(FieldsSize + i * MidstateSize)..]);
        }

        BinaryPrimitives.WriteUInt16BigEndian(body[^CrcSize..], Crc.Crc16(body[..^CrcSize]));
        return commands.Preamble.Length + size;
    }

    /// <summary>How long the frame is whose length byte is this; 0 where no count of midstates makes it so.</summary>
    public static int SizeOf(Commands commands, ReadOnlySpan<int> counts, byte length)
    {
        foreach (var count in counts)
        {
            if (BodySize(count) == length)
            {
                return commands.Preamble.Length + length;
            }
        }

        return 0;
    }

    /// <summary>Header bytes 64 to 79 with the nonce that the job begins at, and the midstates.</summary>
    /// <param name="body">From the header byte to the checksum, which is not looked at.</param>
    public static (byte[] Tail, Midstate[] Midstates) Read(ReadOnlySpan<byte> body)
    {
        byte[] tail = [.. body[16..20], .. body[12..16], .. body[8..12], .. body[4..8]];
        var midstates = new Midstate[(body.Length - FieldsSize - CrcSize) / MidstateSize];
        for (var i = 0; i < midstates.Length; i++)
        {
            midstates[i] = ReadReversed(body[(FieldsSize + i * MidstateSize)..]);
        }

        return (tail, midstates);
    }

    /// <summary>Spreads the low bits of a number over the bits of a mask, lowest first.</summary>
    public static uint Deposit(uint number, uint mask)
    {
        uint spread = 0;
        for (var left = mask; left != 0 && number != 0; left &= left - 1, number >>= 1)
        {
            spread |= (number & 1) << BitOperations.TrailingZeroCount(left);
        }

        return spread;
    }

    /// <summary>Header byte to CRC, which is also the length byte: 54, 86 or 150.</summary>
    public static int BodySize(int midstates) => FieldsSize + midstates * MidstateSize + CrcSize;

    private static Midstate ReadReversed(ReadOnlySpan<byte> bytes)
    {
        Span<uint> words = stackalloc uint[8];
        for (var word = 0; word < words.Length; word++)
        {
            words[word] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * (7 - word))..]);
        }

        return new(Vector128.Create<uint>(words[..4]), Vector128.Create<uint>(words[4..]));
    }

    private static void WriteReversed(in Midstate midstate, Span<byte> bytes)
    {
        for (var word = 0; word < 4; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(4 * word)..], midstate.Efgh.GetElement(3 - word));
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(16 + 4 * word)..], midstate.Abcd.GetElement(3 - word));
        }
    }
}
