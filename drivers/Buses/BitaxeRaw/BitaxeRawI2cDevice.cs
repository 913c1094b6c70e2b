using System.Device.I2c;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>One device on the bridge's I2C bus. Trouble on bridge or bus is an <see cref="IOException"/>.</summary>
public sealed class BitaxeRawI2cDevice(BitaxeRawBuses buses, int address) : I2cDevice
{
    private const byte WriteCommand = 0x20;
    private const byte ReadCommand = 0x30;
    private const byte WriteReadCommand = 0x40;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: address);

    private byte Address => (byte)ConnectionSettings.DeviceAddress;

    public override void Read(Span<byte> buffer) =>
        buses.Transfer(ReadCommand, [Address, Count(buffer)], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) =>
        buses.Transfer(WriteCommand, [Address, .. buffer], []);

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
        buses.Transfer(WriteReadCommand, [Address, .. writeBuffer, Count(readBuffer)], readBuffer);

    private static byte Count(Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length, nameof(buffer));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buffer.Length, byte.MaxValue, nameof(buffer));
        return (byte)buffer.Length;
    }
}
