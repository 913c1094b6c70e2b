namespace Simulator.Chips;

/// <summary>The chips' checksums, bit by bit as shift registers do it: on purpose not the product's.</summary>
internal static class Crc
{
    /// <summary>x⁵ + x² + 1 from all ones, most significant bit first, over so many bits.</summary>
    public static byte Five(ReadOnlySpan<byte> bytes, int bits)
    {
        var register = 0x1F;
        for (var i = 0; i < bits; i++)
        {
            var bit = (bytes[i / 8] >> (7 - i % 8)) & 1;
            var feedback = (register >> 4) ^ bit;
            register = (register << 1) & 0x1F;
            register ^= feedback == 0 ? 0 : 0x05;
        }

        return (byte)register;
    }

    /// <summary>CRC-16 with polynomial 0x1021 from all ones, most significant bit first.</summary>
    public static ushort Sixteen(ReadOnlySpan<byte> bytes)
    {
        var register = 0xFFFF;
        foreach (var one in bytes)
        {
            register ^= one << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register << 1 & 0xFFFF) ^ (0x1021 & -(register >> 15));
            }
        }

        return (ushort)register;
    }
}
