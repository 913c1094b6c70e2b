namespace Drivers;

/// <summary>Bit fields as datasheets write them: [high:low], both ends included.</summary>
public static class Bits
{
    /// <summary>Field(23, 16) is the datasheet's [23:16].</summary>
    public static uint Field(this uint word, int high, int low) => (word >> low) & (uint.MaxValue >> (31 - high + low));

    /// <summary>True where the bit is set.</summary>
    public static bool Bit(this uint word, int position) => (word >> position & 1) != 0;
}
