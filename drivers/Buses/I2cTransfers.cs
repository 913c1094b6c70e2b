using System.Buffers.Binary;
using System.Device.I2c;

namespace Drivers.Buses;

/// <summary>Transfers as values: false where the device, the bus or the cable did not answer.</summary>
public static class I2cTransfers
{
    extension(I2cDevice i2c)
    {
        public bool TryWriteRead(ReadOnlySpan<byte> write, Span<byte> read)
        {
            try
            {
                i2c.WriteRead(write, read);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        public bool TryWrite(ReadOnlySpan<byte> bytes)
        {
            try
            {
                i2c.Write(bytes);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        /// <summary>One byte, and none written before it: whether anything is at this address at all.</summary>
        public bool TryAnswer()
        {
            Span<byte> any = stackalloc byte[1];
            try
            {
                i2c.Read(any);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        public bool TryReadByte(byte register, out byte value)
        {
            Span<byte> bytes = stackalloc byte[1];
            var answered = i2c.TryWriteRead([register], bytes);
            value = bytes[0];
            return answered;
        }

        /// <summary>A word with its high byte first, as sensors and meters send it; PMBus turns it round.</summary>
        public bool TryReadWord(byte register, out ushort value)
        {
            Span<byte> bytes = stackalloc byte[2];
            var answered = i2c.TryWriteRead([register], bytes);
            value = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            return answered;
        }

        public bool TryWriteByte(byte register, byte value) => i2c.TryWrite([register, value]);

        /// <summary>High byte first.</summary>
        public bool TryWriteWord(byte register, ushort value) =>
            i2c.TryWrite([register, (byte)(value >> 8), (byte)(value & 0xFF)]);

        /// <summary>Writes and reads back: false as well where the register does not hold the value.</summary>
        public bool TryKeepByte(byte register, byte value) =>
            i2c.TryWriteByte(register, value) && i2c.TryReadByte(register, out var kept) && kept == value;

        /// <summary>Writes and reads back, high byte first.</summary>
        public bool TryKeepWord(byte register, ushort value) =>
            i2c.TryWriteWord(register, value) && i2c.TryReadWord(register, out var kept) && kept == value;
    }
}
