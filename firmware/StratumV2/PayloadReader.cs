using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Firmware.StratumV2;

/// <summary>Reads SV2 data types (spec 3.1) off a payload, which may be hostile. Spans point into it.</summary>
public ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private const int B032Max = 32;

    private ReadOnlySpan<byte> rest = payload;

    /// <summary>What was not read yet. Bytes after the last known field are extensions and no error.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>Only bit 0 counts.</summary>
    public bool Bool() => (Take(1)[0] & 1) != 0;

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>U24: three bytes, least significant first.</summary>
    public int U24()
    {
        var bytes = Take(3);
        return bytes[0] | bytes[1] << 8 | bytes[2] << 16;
    }

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>F32, as it came: may be NaN, infinite or negative. Whoever uses it judges it.</summary>
    public float F32() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    /// <summary>32 bytes, least significant first.</summary>
    public ReadOnlySpan<byte> U256() => Take(32);

    /// <summary>OPTION[U32]: a count of 0 or 1, then that many.</summary>
    public uint? OptionalU32() => U8() switch
    {
        0 => null,
        1 => U32(),
        var count => throw new ProtocolException($"OPTION holds {count} values."),
    };

    /// <summary>STR0_255: any bytes at all; <see cref="WireText"/> makes them fit for people.</summary>
    public ReadOnlySpan<byte> Str0255() => B0255();

    public ReadOnlySpan<byte> B032()
    {
        int length = U8();
        return length <= B032Max ? Take(length) : throw new ProtocolException($"B0_32 holds {length} bytes.");
    }

    public ReadOnlySpan<byte> B0255() => Take(U8());

    public ReadOnlySpan<byte> B064K() => Take(U16());

    public ReadOnlySpan<byte> B016M() => Take(U24());

    /// <summary>SEQ0_255 of items that all have <paramref name="itemSize"/> bytes.</summary>
    public ItemSequence Seq0255(int itemSize) => Items(U8(), itemSize);

    /// <summary>SEQ0_64K of items that all have <paramref name="itemSize"/> bytes.</summary>
    public ItemSequence Seq064K(int itemSize) => Items(U16(), itemSize);

    /// <summary>SEQ0_64K[B0_16M]: a list of transactions.</summary>
    public TransactionSequence Seq064KOfB016M()
    {
        int count = U16();
        var items = rest;
        for (var i = 0; i < count; i++)
        {
            B016M();
        }

        return new(items[..^rest.Length], count);
    }

    private ItemSequence Items(int count, int itemSize) => new(Take(count * itemSize), itemSize);

    private ReadOnlySpan<byte> Take(int count)
    {
        var all = rest;
        if (count > all.Length)
        {
            EndsEarly(count - all.Length);
        }

        rest = all[count..];
        return all[..count];
    }

    [DoesNotReturn]
    private static void EndsEarly(int missing) =>
        throw new ProtocolException($"Payload ends {missing} bytes early.");
}
