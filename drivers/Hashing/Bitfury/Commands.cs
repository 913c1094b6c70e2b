using System.Buffers.Binary;

namespace Drivers.Hashing.Bitfury;

/// <summary>
/// What goes out over SPI: one pass over the chain, chip after chip. While the data of a write goes out, what stood at
/// the address before comes back in the same places.
/// </summary>
internal ref struct Commands(Span<byte> bytes)
{
    public const int HeaderSize = 3;
    public const int WordsMax = 32;

    /// <summary>The longest thing one chip can be told in a pass: all settings and a job.</summary>
    public const int PerChipMax = 400;

    private const byte Break = 0x04;
    private const byte Fasync = 0x05;
    private const byte WriteOneWord = 0xE0;

    private readonly Span<byte> bytes = bytes;

    public int Length { get; private set; }

    /// <summary>From here on the next chip listens, and to begin with the first.</summary>
    public void NextChip() => Add(Length == 0 ? Break : Fasync);

    /// <summary>Writes whole words at an address.</summary>
    /// <param name="data">As the chip keeps it; least significant bit first on the wire.</param>
    /// <returns>Where the data stands, and so where the answer will.</returns>
    public int Write(ushort address, scoped ReadOnlySpan<byte> data)
    {
        var words = data.Length / sizeof(uint);
        ArgumentOutOfRangeException.ThrowIfNotEqual(data.Length, words * sizeof(uint));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(words);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words, WordsMax);
        Add((byte)(WriteOneWord + words - 1));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[Length..], address);
        Length += sizeof(ushort);
        var at = Length;
        foreach (var one in data)
        {
            Add(Reversed(one));
        }

        return at;
    }

    /// <summary>Writes words, least significant byte first.</summary>
    public int Write(ushort address, scoped ReadOnlySpan<uint> words)
    {
        Span<byte> data = stackalloc byte[WordsMax * sizeof(uint)];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(data[(i * sizeof(uint))..], words[i]);
        }

        return Write(address, data[..(words.Length * sizeof(uint))]);
    }

    /// <summary>The bits of a byte in the other order.</summary>
    public static byte Reversed(byte one)
    {
        var swapped = (one << 4 | one >> 4) & 0xFF;
        swapped = (swapped & 0x33) << 2 | (swapped & 0xCC) >> 2;
        return (byte)((swapped & 0x55) << 1 | (swapped & 0xAA) >> 1);
    }

    private void Add(byte one)
    {
        bytes[Length] = one;
        Length++;
    }
}
