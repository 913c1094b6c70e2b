using System.Buffers.Binary;
using System.Device.I2c;
using System.Diagnostics;

namespace Drivers.Buses;

/// <summary>
/// PMBus transactions over plain I2C transfers: words low byte first, and the packet error check (CRC-8, SMBus 3
/// section 5.4) in software, so that any I2C bus will do. False: no acknowledge, or a wrong check byte.
/// </summary>
public sealed class PmBus(I2cDevice i2c)
{
    private const int BlockMax = 32;

    private readonly int address = i2c.ConnectionSettings.DeviceAddress;
    private long lastTransfer;

    /// <summary>How long the part wants to be left alone between two transfers; well below a millisecond.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Sends and demands the check byte. Only for parts that say in CAPABILITY that they have it.</summary>
    public bool Pec { get; set; }

    /// <summary>CRC-8, polynomial 0x07, start 0.</summary>
    public static byte Crc8(ReadOnlySpan<byte> bytes, byte start = 0)
    {
        int crc = start;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x07) & 0xFF : crc << 1;
            }
        }

        return (byte)crc;
    }

    public bool TryReadByte(byte command, out byte value)
    {
        Span<byte> bytes = stackalloc byte[1];
        var good = TryRead(command, bytes);
        value = bytes[0];
        return good;
    }

    public bool TryReadWord(byte command, out ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        var good = TryRead(command, bytes);
        value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return good;
    }

    /// <summary>A block of exactly as many bytes as <paramref name="block"/> has room for.</summary>
    public bool TryReadBlock(byte command, Span<byte> block)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(block.Length, BlockMax, nameof(block));
        Span<byte> bytes = stackalloc byte[1 + block.Length];
        if (!TryRead(command, bytes) || bytes[0] != block.Length)
        {
            return false;
        }

        bytes[1..].CopyTo(block);
        return true;
    }

    /// <summary>
    /// The first bytes of a block that is at least so long; its end stays unread, and with it its check byte.
    /// </summary>
    public bool TryReadBlockStart(byte command, Span<byte> start)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start.Length, BlockMax, nameof(start));
        Span<byte> bytes = stackalloc byte[1 + start.Length];
        if (!TryTransfer([command], bytes) || bytes[0] < start.Length || bytes[0] > BlockMax)
        {
            return false;
        }

        bytes[1..].CopyTo(start);
        return true;
    }

    /// <summary>A command without data.</summary>
    public bool TrySend(byte command) => TryWrite([command]);

    public bool TryWriteByte(byte command, byte value) => TryWrite([command, value]);

    public bool TryWriteWord(byte command, ushort value) =>
        TryWrite([command, (byte)(value & 0xFF), (byte)(value >> 8)]);

    /// <summary>The count goes before the bytes.</summary>
    public bool TryWriteBlock(byte command, ReadOnlySpan<byte> block)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(block.Length, BlockMax, nameof(block));
        return TryWrite([command, (byte)block.Length, .. block]);
    }

    private bool TryRead(byte command, Span<byte> value)
    {
        if (!Pec)
        {
            return TryTransfer([command], value);
        }

        Span<byte> bytes = stackalloc byte[value.Length + 1];
        if (!TryTransfer([command], bytes))
        {
            return false;
        }

        bytes[..^1].CopyTo(value);
        var crc = Crc8([(byte)(address << 1), command, (byte)(address << 1 | 1)]);
        return Crc8(value, crc) == bytes[^1];
    }

    private bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (!Pec)
        {
            return TryTransfer(bytes, []);
        }

        var crc = Crc8(bytes, Crc8([(byte)(address << 1)]));
        return TryTransfer([.. bytes, crc], []);
    }

    private bool TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        while (Pause > TimeSpan.Zero && Stopwatch.GetElapsedTime(lastTransfer) < Pause)
        {
            Thread.SpinWait(10);
        }

        var answered = read.IsEmpty ? i2c.TryWrite(write) : i2c.TryWriteRead(write, read);
        lastTransfer = Pause > TimeSpan.Zero ? Stopwatch.GetTimestamp() : 0;
        return answered;
    }
}
