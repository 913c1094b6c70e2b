using System.Buffers.Binary;

namespace Firmware.StratumV2;

/// <summary>
/// Writes SV2 data types (spec 3.1). What does not fit its type or the buffer is our own mistake and an
/// <see cref="ArgumentException"/>, never a message that says something else.
/// </summary>
public ref struct PayloadWriter(Span<byte> buffer)
{
    private const int U256Size = 32;
    private const int B032Max = 32;
    private const int U24Max = 0xFF_FFFF;

    private readonly Span<byte> buffer = buffer;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    public void Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    public void U8(byte value) => Next(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Next(2), value);

    public void U24(int value)
    {
        Fits(value, U24Max, "U24");
        var bytes = Next(3);
        bytes[0] = (byte)(value & 0xFF);
        bytes[1] = (byte)(value >> 8 & 0xFF);
        bytes[2] = (byte)(value >> 16);
    }

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Next(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Next(8), value);

    /// <summary>F32. NaN, infinity and negative numbers have broken servers, so none ever leaves here.</summary>
    public void F32(float value)
    {
        if (!(value >= 0) || float.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "F32 takes finite numbers from 0 up.");
        }

        BinaryPrimitives.WriteSingleLittleEndian(Next(4), Math.Abs(value)); // A negative zero loses its sign.
    }

    /// <summary>Exactly 32 bytes, least significant first.</summary>
    public void U256(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != U256Size)
        {
            throw new ArgumentException($"U256 takes 32 bytes, not {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(Next(U256Size));
    }

    /// <summary>OPTION[U32].</summary>
    public void OptionalU32(uint? value)
    {
        Bool(value.HasValue);
        if (value is { } present)
        {
            U32(present);
        }
    }

    public void Str0255(scoped ReadOnlySpan<byte> utf8) => B0255(utf8);

    public void B032(scoped ReadOnlySpan<byte> bytes)
    {
        Fits(bytes.Length, B032Max, "B0_32");
        B0255(bytes);
    }

    public void B0255(scoped ReadOnlySpan<byte> bytes)
    {
        Fits(bytes.Length, byte.MaxValue, "B0_255");
        U8((byte)bytes.Length);
        bytes.CopyTo(Next(bytes.Length));
    }

    public void B064K(scoped ReadOnlySpan<byte> bytes)
    {
        Fits(bytes.Length, ushort.MaxValue, "B0_64K");
        U16((ushort)bytes.Length);
        bytes.CopyTo(Next(bytes.Length));
    }

    public void B016M(scoped ReadOnlySpan<byte> bytes)
    {
        Fits(bytes.Length, U24Max, "B0_16M");
        U24(bytes.Length);
        bytes.CopyTo(Next(bytes.Length));
    }

    public void Seq0255(scoped ItemSequence items)
    {
        Fits(items.Count, byte.MaxValue, "SEQ0_255");
        U8((byte)items.Count);
        items.Bytes.CopyTo(Next(items.Bytes.Length));
    }

    public void Seq064K(scoped ItemSequence items)
    {
        Fits(items.Count, ushort.MaxValue, "SEQ0_64K");
        U16((ushort)items.Count);
        items.Bytes.CopyTo(Next(items.Bytes.Length));
    }

    /// <summary>SEQ0_64K[B0_16M].</summary>
    public void Seq064KOfB016M(scoped TransactionSequence transactions)
    {
        Fits(transactions.Count, ushort.MaxValue, "SEQ0_64K");
        U16((ushort)transactions.Count);
        transactions.Bytes.CopyTo(Next(transactions.Bytes.Length));
    }

    private static void Fits(int value, int max, string type)
    {
        if (value < 0 || value > max)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{type} takes at most {max}.");
        }
    }

    private Span<byte> Next(int count)
    {
        var next = buffer.Slice(Length, count);
        Length += count;
        return next;
    }
}
