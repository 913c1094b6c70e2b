using System.Device.I2c;

namespace Drivers.Buses;

/// <summary>
/// A PMBus part on the wire: registers of one or more bytes, the check byte computed by a table of its own. A
/// command that no test set up is poison. Writes are kept as they stood on the wire, check byte included.
/// </summary>
internal sealed class FakePmBusDevice : I2cDevice
{
    private const byte Operation = 0x01;
    private const byte StatusWord = 0x79;
    private const byte OffBit = 0x40;

    private static readonly byte[] CrcTable = [.. Enumerable.Range(0, 256).Select(TableEntry)];

    private readonly Dictionary<byte, byte[]> registers = [];

    public byte[] this[byte command] { get => registers[command]; set => registers[command] = value; }

    public bool ChecksPackets { get; set; }

    public bool WrongCheckByte { get; set; }

    public bool Unplugged { get; set; }

    /// <summary>The transfer with this number (0 is the first) gets no acknowledge.</summary>
    public int FailingTransfer { get; set; } = -1;

    /// <summary>A command whose register keeps its value whatever is written.</summary>
    public byte? Stuck { get; set; }

    public int Transfers { get; set; }

    public List<string> Writes { get; } = [];

    public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: 0x24);

    public override void Read(Span<byte> buffer) => throw new IOException("No command was given.");

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Acknowledge();
        Writes.Add(Convert.ToHexString(buffer));
        var length = registers[buffer[0]].Length;
        var value = buffer.Slice(1, length);
        if (buffer.Length > 1 + length)
        {
            Assert.Equal(Crc([0x48, .. buffer[..^1]]), buffer[^1]);
            Assert.Equal(2 + length, buffer.Length);
        }

        if (buffer[0] != Stuck)
        {
            registers[buffer[0]] = value.ToArray();
            Follow(buffer[0]);
        }
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Acknowledge();
        var value = registers[writeBuffer[0]];
        var crc = Crc([0x48, writeBuffer[0], 0x49, .. value]);
        readBuffer.Fill(0xFF); // What an idle bus reads as.
        var wire = ChecksPackets ? [.. value, WrongCheckByte ? (byte)(crc ^ 0x01) : crc] : value;
        wire.AsSpan(0, Math.Min(wire.Length, readBuffer.Length)).CopyTo(readBuffer);
    }

    private static byte TableEntry(int index)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            index = (index & 0x80) != 0 ? (index << 1 ^ 0x107) & 0xFF : index << 1;
        }

        return (byte)index;
    }

    private static byte Crc(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0;
        foreach (var value in bytes)
        {
            crc = CrcTable[crc ^ value];
        }

        return crc;
    }

    private void Acknowledge()
    {
        if (Unplugged || Transfers++ == FailingTransfer)
        {
            throw new IOException("No acknowledge.");
        }
    }

    /// <summary>The output follows OPERATION where ON_OFF_CONFIG lets it.</summary>
    private void Follow(byte command)
    {
        const byte OnOffConfig = 0x02;
        const byte ObeysOperation = 0x18;
        if (command is Operation or OnOffConfig && (registers[OnOffConfig][0] & ObeysOperation) == ObeysOperation)
        {
            var status = registers[StatusWord][0] & ~OffBit;
            registers[StatusWord][0] = (byte)((registers[Operation][0] & 0x80) != 0 ? status : status | OffBit);
        }
    }
}
