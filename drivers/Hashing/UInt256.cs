using System.Buffers.Binary;
using System.Numerics;

namespace Drivers.Hashing;

/// <summary>
/// A 256-bit number as Bitcoin compares it: 32 bytes, least significant first (hashes, targets, merkle roots).
/// </summary>
public readonly record struct UInt256(ulong Low, ulong MidLow, ulong MidHigh, ulong High) : IComparable<UInt256>
{
    public const int Size = 32;

    public static readonly UInt256 Zero;
    public static readonly UInt256 Max = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>The target of difficulty 1: 0xFFFF · 2^208.</summary>
    public static readonly UInt256 Difficulty1 = new(0, 0, 0, 0x0000_0000_FFFF_0000);

    public static bool operator <(UInt256 left, UInt256 right) => left.CompareTo(right) < 0;

    public static bool operator >(UInt256 left, UInt256 right) => left.CompareTo(right) > 0;

    public static bool operator <=(UInt256 left, UInt256 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UInt256 left, UInt256 right) => left.CompareTo(right) >= 0;

    /// <summary>Reads 32 bytes, least significant first.</summary>
    public static UInt256 Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    /// <summary>Writes 32 bytes, least significant first.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], MidLow);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], MidHigh);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], High);
    }

    public int CompareTo(UInt256 other)
    {
        var order = High.CompareTo(other.High);
        order = order != 0 ? order : MidHigh.CompareTo(other.MidHigh);
        order = order != 0 ? order : MidLow.CompareTo(other.MidLow);
        return order != 0 ? order : Low.CompareTo(other.Low);
    }

    public BigInteger ToBigInteger()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    /// <summary>Numbers above 2^256 - 1 become <see cref="Max"/>, below zero <see cref="Zero"/>.</summary>
    public static UInt256 FromBigInteger(BigInteger number)
    {
        if (number.Sign <= 0)
        {
            return Zero;
        }

        Span<byte> bytes = stackalloc byte[Size];
        return number.TryWriteBytes(bytes, out _, isUnsigned: true) ? Read(bytes) : Max;
    }

    /// <summary>As explorers print it: most significant byte first.</summary>
    public override string ToString() => $"{High:x16}{MidHigh:x16}{MidLow:x16}{Low:x16}";
}
