using System.Device.I2c;

namespace Drivers.Buses;

/// <summary>
/// A part with one-byte registers. A register that no test set up is poison: touching it fails the test. Every
/// transfer is kept in <see cref="Transfers"/>, writes as "W reg value", reads as "R reg".
/// </summary>
internal sealed class FakeI2cDevice(int address = 0x48) : I2cDevice
{
    private readonly Dictionary<byte, byte[]> registers = [];

    public byte[] this[byte register] { get => registers[register]; set => registers[register] = value; }

    public bool Unplugged { get; set; }

    /// <summary>The transfer with this number (0 is the first) gets no acknowledge.</summary>
    public int FailingTransfer { get; set; } = -1;

    /// <summary>A register that keeps its value whatever is written.</summary>
    public byte? Stuck { get; set; }

    /// <summary>Registers that are written at one address (the key) and read at another.</summary>
    public Dictionary<byte, byte> ReadElsewhere { get; } = [];

    public List<string> Transfers { get; } = [];

    public IEnumerable<string> Writes => Transfers.Where(transfer => transfer[0] == 'W');

    public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: address);

    public override void Read(Span<byte> buffer) => throw new IOException("No register was addressed.");

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var register = ReadElsewhere.GetValueOrDefault(buffer[0], buffer[0]);
        var kept = registers[register];
        Acknowledge($"W {Convert.ToHexString(buffer)}");
        registers[register] = register == Stuck ? kept : buffer[1..].ToArray();
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        var value = registers[writeBuffer[0]];
        Acknowledge($"R {Convert.ToHexString(writeBuffer)}");
        value.AsSpan(0, readBuffer.Length).CopyTo(readBuffer);
    }

    private void Acknowledge(string transfer)
    {
        if (Unplugged || Transfers.Count == FailingTransfer)
        {
            Transfers.Add("no acknowledge");
            throw new IOException("No acknowledge.");
        }

        Transfers.Add(transfer);
    }
}
