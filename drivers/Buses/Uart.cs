using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Drivers.Buses;

/// <summary>
/// A serial port: raw bytes, 8N1, no flow control, any baud rate (termios2 of Linux), never blocking. One thread may
/// read while another writes. Where the port is gone (unplugged, its other end closed), every call is an
/// <see cref="IOException"/> that names the path.
/// </summary>
public sealed unsafe class Uart : IChainPort
{
    // Kernel ABI, the same on x64 and arm64: asm-generic/ioctls.h.
    private const nuint TCSBRK = 0x5409;
    private const nuint TCFLSH = 0x540B;
    private const nuint TIOCOUTQ = 0x5411;
    private const nuint TIOCGICOUNT = 0x545D;
    private const int TCIFLUSH = 0;
    private const int LOCK_EX_NB = 2 | 4;
    private const int EWOULDBLOCK = Linux.EAGAIN;

    /// <summary>
    /// A byte of ten bits is sampled in the middle of its last one, so the two ends together may differ by 5 %. Two are
    /// left to this end; drivers that cannot make a rate fall far from it (an FT232 asked for 3.125 M sets 9600).
    /// </summary>
    private const double BaudErrorMax = 0.02;

    private int descriptor;

    private Uart(string path, int descriptor)
    {
        Path = path;
        this.descriptor = descriptor;
    }

    ~Uart() => Close();

    public string Path { get; }

    /// <summary>For poll(2).</summary>
    public int Descriptor => descriptor;

    /// <summary>Bits per second as read back from the driver.</summary>
    public int Baud { get; private set; }

    /// <summary>Bytes taken by the kernel that have not gone to the wire yet (a UART's own FIFO not counted).</summary>
    public int Pending
    {
        get
        {
            var pending = 0;
            return Control(TIOCOUTQ, &pending) >= 0 ? pending : throw Failure("tell what is left to send");
        }
    }

    /// <summary>
    /// Counted by the driver of a UART (TIOCGICOUNT); zero where the port is none, such as a terminal of a program.
    /// </summary>
    public PortErrors Errors
    {
        get
        {
            var counts = default(LineCounts);
            return Control(TIOCGICOUNT, &counts) < 0
                ? default
                : new PortErrors((long)counts.Overrun + counts.BufferOverrun, counts.Frame);
        }
    }

    /// <summary>
    /// Opens the port for this process alone and drops what it had received. The lock is flock(2), which ends with the
    /// process: TIOCEXCL would outlive it where somebody else holds the port open, and does not bind root.
    /// </summary>
    public static Uart Open(string path, int baud) => Of(path, OpenRaw(path), baud);

    /// <summary>A port's descriptor and nothing done to it, for whoever hands it on; -1 where it cannot be.</summary>
    public static int OpenRaw(string path)
    {
        const int flags = Linux.ReadWrite | Linux.NoControllingTerminal | Linux.NonBlocking | Linux.CloseOnExec;
        int descriptor;
        do
        {
            descriptor = Linux.Open(path, flags);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Linux.EINTR);

        return descriptor;
    }

    /// <summary>The same with a port that somebody has opened for us. It is this object's from then on.</summary>
    public static Uart Of(string path, int descriptor, int baud)
    {
        var uart = new Uart(path, descriptor);
        try
        {
            if (descriptor < 0)
            {
                throw uart.Failure("be opened");
            }

            uart.LockForThisProcess();
            uart.SetBaud(baud);
            uart.DiscardInput();
            return uart;
        }
        catch
        {
            uart.Dispose();
            throw;
        }
    }

    /// <summary>Sets raw mode and this rate at once, reads the rate back and returns it.</summary>
    /// <exception cref="IOException">The driver made a rate that differs by more than 2 %.</exception>
    public int SetBaud(int baud)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(baud, 1);
        Baud = LineSettings.TrySet(descriptor, baud) ?? throw Failure("be used as a serial port");
        return Math.Abs(Baud - baud) <= baud * BaudErrorMax
            ? Baud
            : throw new IOException(
                $"{Path}: asked for {baud} baud, its driver made {Baud}. Choose a rate that this port can make.");
    }

    /// <summary>Takes what has arrived; 0 where nothing has.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                var count = Linux.ReadNow(descriptor, bytes, (nuint)buffer.Length);
                if (count > 0 || buffer.IsEmpty)
                {
                    return (int)count;
                }

                if (count == 0)
                {
                    throw new IOException($"{Path}: the port is gone. Is its cable plugged in?");
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Linux.EINTR:
                        continue;
                    case Linux.EAGAIN:
                        return 0;
                    default:
                        throw Failure("be read");
                }
            }
        }
    }

    /// <summary>Hands bytes to the kernel; returns how many it took: fewer, or none, where its queue is full.</summary>
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                var count = Linux.WriteNow(descriptor, first, (nuint)bytes.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Linux.EINTR:
                        continue;
                    case Linux.EAGAIN:
                        return 0;
                    default:
                        throw Failure("be written");
                }
            }
        }
    }

    /// <summary>
    /// Waits until every byte has left, the UART's own FIFO included; false where that takes longer than
    /// <paramref name="patience"/>.
    /// </summary>
    public bool Drain(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (Pending > 0)
        {
            if (Stopwatch.GetElapsedTime(start) >= patience)
            {
                return false;
            }

            _ = Linux.Poll(null, 0, 1);
        }

        // With an empty queue this is tcdrain for the FIFO alone, so it takes no longer than a few bytes.
        const nuint untilSent = 1;
        while (Control(TCSBRK, (void*)untilSent) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Linux.EINTR)
            {
                throw Failure("be drained");
            }
        }

        return true;
    }

    /// <summary>Drops what has been received and not read.</summary>
    public void DiscardInput()
    {
        if (Control(TCFLSH, (void*)TCIFLUSH) < 0)
        {
            throw Failure("be flushed");
        }
    }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private void Close()
    {
        var open = Interlocked.Exchange(ref descriptor, -1);
        if (open >= 0)
        {
            _ = Linux.Close(open);
        }
    }

    private void LockForThisProcess()
    {
        while (Linux.Lock(descriptor, LOCK_EX_NB) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Linux.EINTR:
                    continue;
                case EWOULDBLOCK:
                    throw new IOException($"{Path}: another program has this port open. Stop it and start again.");
                default:
                    throw Failure("be locked");
            }
        }
    }

    private int Control(nuint request, void* argument) => Linux.IoControl(descriptor, request, argument);

    private IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{Path} cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    /// <summary>struct serial_icounter_struct of linux/serial.h.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 80)]
    private struct LineCounts
    {
        public int Cts, Dsr, Rng, Dcd, Received, Sent, Frame, Overrun, Parity, Break, BufferOverrun;
    }
}
