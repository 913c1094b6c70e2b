namespace Drivers.Buses.BitaxeRaw;

/// <summary>The control port as Linux shows it: a tty, whose baud rate means nothing to the bridge.</summary>
public sealed class UartBridgeWire : IBridgeWire
{
    private const int AnyBaud = 115_200;

    private readonly Uart uart;

    private UartBridgeWire(Uart uart) => this.uart = uart;

    /// <exception cref="IOException">The port is not there, or another program has it.</exception>
    public static UartBridgeWire Open(string path) => new(Uart.Open(path, AnyBaud));

    public void Send(ReadOnlySpan<byte> request)
    {
        if (uart.TryWrite(request) != request.Length)
        {
            throw new IOException($"{uart.Path}: the bridge takes no more requests. Unplug it and plug it in again.");
        }
    }

    public unsafe int Receive(Span<byte> buffer, TimeSpan patience)
    {
        var count = uart.Read(buffer);
        if (count > 0 || patience <= TimeSpan.Zero)
        {
            return count;
        }

        // Cut short by a signal, this is a short silence: the caller knows the time and asks again.
        var entry = new Linux.PollEntry { Descriptor = uart.Descriptor, Wanted = Linux.PollIn };
        _ = Linux.Poll(&entry, 1, (int)Math.Ceiling(patience.TotalMilliseconds));
        return uart.Read(buffer);
    }

    public void Dispose() => uart.Dispose();
}
