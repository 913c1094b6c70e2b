namespace Drivers.Buses;

/// <summary>What a port lost or damaged on the way in since it was opened, as far as its driver counts it.</summary>
/// <param name="Overruns">Bytes that came faster than they were taken.</param>
/// <param name="FramingErrors">Bytes without a stop bit: noise, or the other end talks at another rate.</param>
public readonly record struct PortErrors(long Overruns, long FramingErrors);

/// <summary>
/// What carries bytes between this host and a chain of chips: a serial port, an SPI bus, or this machine's own cores.
/// Never blocks. One thread may read while another writes. Where the other end is gone, every call is an
/// <see cref="IOException"/> that names the port.
/// </summary>
public interface IChainPort : IDisposable
{
    /// <summary>For people: a device path, or what stands for it.</summary>
    string Path { get; }

    /// <summary>For poll(2): readable while bytes wait in it.</summary>
    int Descriptor { get; }

    /// <summary>Bits per second, ten for a byte: how fast what is pending leaves.</summary>
    int Baud { get; }

    /// <summary>Bytes handed over that have not left yet.</summary>
    int Pending { get; }

    PortErrors Errors { get; }

    /// <summary>Sets the rate, reads it back and returns it.</summary>
    int SetBaud(int baud);

    /// <summary>Takes what has arrived; 0 where nothing has.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Hands bytes over; returns how many were taken: fewer, or none, where there is no room.</summary>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Waits until every byte has left; false if it takes longer than <paramref name="patience"/>.</summary>
    bool Drain(TimeSpan patience);

    /// <summary>Drops what has been received and not read.</summary>
    void DiscardInput();
}
