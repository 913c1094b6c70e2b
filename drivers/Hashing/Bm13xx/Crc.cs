namespace Drivers.Hashing.Bm13xx;

/// <summary>The two checksums of the BM13xx wire (REFERENCE.md, "Checksums"), most significant bit first.</summary>
public static class Crc
{
    private const int Crc5Polynomial = 0x05;
    private const int Crc5Start = 0x1F;
    private const uint Crc16Start = 0xFFFF;

    private static readonly byte[] Crc5Table = MakeCrc5Table();

    /// <summary>
    /// x⁵ + x² + 1. As the last byte of a command it is the checksum; over a whole response, the last byte included, it
    /// is zero.
    /// </summary>
    public static byte Crc5(ReadOnlySpan<byte> bytes)
    {
        // The five bits are kept at the top of a byte, so that eight message bits go in with one look-up.
        var state = (byte)(Crc5Start << 3);
        foreach (var value in bytes)
        {
            state = Crc5Table[state ^ value];
        }

        return (byte)(state >> 3);
    }

    /// <summary>
    /// CRC-16/CCITT-FALSE, the checksum of a job: x¹⁶ + x¹² + x⁵ + 1. Eight bits at once without a table, which would
    /// be cold when a job comes: a bit that leaves at the top comes back at 12, 5 and 0, and four of them leave twice.
    /// </summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        var state = Crc16Start;
        foreach (var value in bytes)
        {
            var leaving = state >> 8 ^ value;
            leaving ^= leaving >> 4;
            state = (state << 8 ^ leaving << 12 ^ leaving << 5 ^ leaving) & 0xFFFF;
        }

        return (ushort)state;
    }

    private static byte[] MakeCrc5Table()
    {
        var table = new byte[256];
        for (var value = 0; value < table.Length; value++)
        {
            var state = value;
            for (var bit = 0; bit < 8; bit++)
            {
                state = (state & 0x80) != 0 ? state << 1 ^ Crc5Polynomial << 3 : state << 1;
            }

            table[value] = (byte)(state & 0xF8);
        }

        return table;
    }
}
