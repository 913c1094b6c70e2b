using System.Device.I2c;

namespace Simulator.Parts;

/// <summary>A simulated part as the product meets one: whatever the part refuses is an IOException.</summary>
internal sealed class Wired(I2cPart part, int address) : I2cDevice
{
    /// <summary>The longest transfer that any bus of ours must carry.</summary>
    private const int LongestTransfer = 34;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: address);

    public override void Read(Span<byte> buffer) => Transfer([], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => Transfer(buffer, []);

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
        Transfer(writeBuffer, readBuffer);

    private void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        Assert.True(write.Length <= LongestTransfer && read.Length <= LongestTransfer);
        if (!part.Transfer(write, read))
        {
            throw new IOException("No acknowledge.");
        }
    }
}
