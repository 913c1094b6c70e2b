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
    }
}
