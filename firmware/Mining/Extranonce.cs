using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// The bytes of the coinbase that were ours to choose, copied verbatim, at most 32. The default is none, as on a
/// standard channel. A value, not a view: it travels with a share while its slot is already used for other work.
/// </summary>
public readonly record struct Extranonce
{
    public const int SizeMax = UInt256.Size;

    private readonly UInt256 padded;
    private readonly byte length;

    /// <exception cref="ArgumentException">More than <see cref="SizeMax"/> bytes.</exception>
    public Extranonce(ReadOnlySpan<byte> bytes)
    {
        Span<byte> whole = stackalloc byte[SizeMax];
        whole.Clear();
        bytes.CopyTo(whole);
        padded = UInt256.Read(whole);
        length = (byte)bytes.Length;
    }

    public int Length => length;

    public bool IsEmpty => length == 0;

    /// <summary>Writes the bytes and returns how many they are.</summary>
    public int CopyTo(Span<byte> bytes)
    {
        Span<byte> whole = stackalloc byte[SizeMax];
        padded.Write(whole);
        whole[..length].CopyTo(bytes);
        return length;
    }

    /// <summary>Hexadecimal, in the order of the wire.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeMax];
        return Convert.ToHexStringLower(bytes[..CopyTo(bytes)]);
    }
}
