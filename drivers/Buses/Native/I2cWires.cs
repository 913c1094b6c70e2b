using System.Runtime.InteropServices;

namespace Drivers.Buses.Native;

/// <summary>
/// One I2C bus of this machine at its device file, a transfer an ioctl: a write and a read are joined by a repeated
/// start. Opened at the first transfer; the kernel gives each so long and repeats none. What no acknowledge, no file or
/// a stuck bus is to others is an IOException here, with the kernel's own words.
/// </summary>
internal sealed unsafe class I2cWires(string device, TimeSpan transferTimeout) : IDisposable
{
    // Kernel ABI: linux/i2c-dev.h and linux/i2c.h.
    private const nuint I2C_RETRIES = 0x0701;
    private const nuint I2C_TIMEOUT = 0x0702;
    private const nuint I2C_RDWR = 0x0707;
    private const ushort I2C_M_RD = 0x0001;
    private const int TimeoutUnitMilliseconds = 10;

    private const int ETIMEDOUT = 110;
    private const int EBUSY = 16;

    private int descriptor = -1;

    /// <summary>The kernel found a line held low, or the clock not let go of: more than an absent part.</summary>
    public bool LastWasStuck { get; private set; }

    public void Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        Open();
        fixed (byte* written = write)
        {
            fixed (byte* taken = read)
            {
                var messages = stackalloc Message[2];
                var count = 0u;
                if (write.Length > 0 || read.Length == 0)
                {
                    messages[count++] = new Message((ushort)address, 0, (ushort)write.Length, written);
                }

                if (read.Length > 0)
                {
                    messages[count++] = new Message((ushort)address, I2C_M_RD, (ushort)read.Length, taken);
                }

                var transfer = new Messages(messages, count);
                LastWasStuck = false;
                if (Linux.IoControl(descriptor, I2C_RDWR, &transfer) < 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    LastWasStuck = error is ETIMEDOUT or EBUSY or Linux.EAGAIN;
                    throw new IOException(
                        $"{device}, address 0x{address:X2}: {Marshal.GetPInvokeErrorMessage(error)}.");
                }
            }
        }
    }

    /// <summary>The next transfer opens the adapter anew, which starts it anew where its driver does so.</summary>
    public void Reopen() => Dispose();

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Linux.Close(descriptor);
            descriptor = -1;
        }
    }

    private void Open()
    {
        if (descriptor >= 0)
        {
            return;
        }

        descriptor = Linux.Open(device, Linux.ReadWrite | Linux.CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException(
                $"{device}: {Marshal.GetLastPInvokeErrorMessage()}. Is this I2C bus enabled, and may this user open "
                + "it?");
        }

        // An adapter that cannot be told so keeps its own times, which are longer.
        _ = Linux.IoControl(descriptor, I2C_RETRIES, (void*)0);
        _ = Linux.IoControl(
            descriptor,
            I2C_TIMEOUT,
            (void*)Math.Max(1, (nint)(transferTimeout.TotalMilliseconds / TimeoutUnitMilliseconds)));
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Message(ushort address, ushort flags, ushort length, byte* buffer)
    {
        public readonly ushort Address = address;
        public readonly ushort Flags = flags;
        public readonly ushort Length = length;
        public readonly byte* Buffer = buffer;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Messages(Message* first, uint count)
    {
        public readonly Message* First = first;
        public readonly uint Count = count;
    }
}
