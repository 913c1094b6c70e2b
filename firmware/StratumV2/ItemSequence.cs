using System.Buffers.Binary;

namespace Firmware.StratumV2;

/// <summary>A view of SEQ0_255 or SEQ0_64K (spec 3.1) whose items all have the same size; nothing is copied.</summary>
public readonly ref struct ItemSequence
{
    private readonly int itemSize;

    /// <param name="bytes">The items, one behind the other, without the count.</param>
    /// <param name="itemSize">Bytes of one item: 2 for U16, 4 for U32, 32 for U256.</param>
    public ItemSequence(ReadOnlySpan<byte> bytes, int itemSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(itemSize);
        if (bytes.Length % itemSize != 0)
        {
            throw new ArgumentException($"{bytes.Length} bytes are no items of {itemSize}.", nameof(bytes));
        }

        Bytes = bytes;
        Count = bytes.Length / itemSize;
        this.itemSize = itemSize;
    }

    /// <summary>All items, one behind the other.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public int Count { get; }

    /// <summary>The bytes of one item.</summary>
    public ReadOnlySpan<byte> this[int index] => Bytes.Slice(index * itemSize, itemSize);

    /// <summary>One item of a sequence of U16.</summary>
    public ushort U16(int index) => BinaryPrimitives.ReadUInt16LittleEndian(this[index]);

    /// <summary>One item of a sequence of U32.</summary>
    public uint U32(int index) => BinaryPrimitives.ReadUInt32LittleEndian(this[index]);
}
