namespace Simulator.Parts;

/// <summary>PMBus number formats, and the packet error code; on purpose not the product's.</summary>
internal static class PmBusNumber
{
    /// <summary>5 bits of signed exponent, 11 of signed mantissa.</summary>
    public static double FromLinear11(ushort word)
    {
        var exponent = (word >> 11) - ((word & 0x8000) != 0 ? 32 : 0);
        var mantissa = (word & 0x7FF) - ((word & 0x400) != 0 ? 2048 : 0);
        return mantissa * Math.Pow(2, exponent);
    }

    /// <summary>With the finest exponent that holds the value.</summary>
    public static ushort ToLinear11(double value)
    {
        for (var exponent = -16; exponent < 15; exponent++)
        {
            var mantissa = Math.Round(value / Math.Pow(2, exponent));
            if (mantissa is >= -1024 and <= 1023)
            {
                return (ushort)((exponent & 0x1F) << 11 | (int)mantissa & 0x7FF);
            }
        }

        return 0x7BFF;
    }

    /// <summary>An unsigned mantissa with the exponent of VOUT_MODE.</summary>
    public static double FromLinear16(ushort word, int exponent) => word * Math.Pow(2, exponent);

    public static ushort ToLinear16(double value, int exponent) =>
        (ushort)Math.Clamp(Math.Round(value / Math.Pow(2, exponent)), 0, ushort.MaxValue);

    /// <summary>CRC-8 of SMBus: x⁸ + x² + x + 1 from zero, over the bytes on the bus, addresses included.</summary>
    public static byte PacketErrorCode(params ReadOnlySpan<byte> bytes)
    {
        var register = 0;
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            var bit = (bytes[i / 8] >> (7 - i % 8)) & 1;
            var feedback = (register >> 7) ^ bit;
            register = (register << 1) & 0xFF;
            register ^= feedback == 0 ? 0 : 0x07;
        }

        return (byte)register;
    }
}
