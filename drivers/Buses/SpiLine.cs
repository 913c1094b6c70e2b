using System.Device.Spi;

namespace Drivers.Buses;

/// <summary>
/// A chain of chips on SPI, one session at a time: whatever makes the chips listen from the start, then all bytes, in
/// pieces that the kernel's driver takes at once. There is no chip select between the pieces to end anything.
/// </summary>
/// <param name="reset">Makes the chips listen from the start; null where the board needs nothing of the kind.</param>
/// <param name="chunk">The most bytes of one transfer (spidev takes 4096 unless told otherwise).</param>
public sealed class SpiLine(SpiDevice device, Action? reset = null, int chunk = SpiLine.UsualChunk) : IDisposable
{
    public const int UsualChunk = 1024;

    private readonly int chunk = chunk > 0 ? chunk : throw new ArgumentOutOfRangeException(nameof(chunk));

    /// <summary>What ends with the line: its pins, a lock.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>Bits per second.</summary>
    public int Hertz => device.ConnectionSettings.ClockFrequency;

    /// <summary>Sends everything, and returns as much.</summary>
    public void Exchange(ReadOnlySpan<byte> send, Span<byte> received)
    {
        reset?.Invoke();
        for (var at = 0; at < send.Length; at += chunk)
        {
            var length = Math.Min(chunk, send.Length - at);
            device.TransferFullDuplex(send.Slice(at, length), received.Slice(at, length));
        }
    }

    public void Dispose()
    {
        device.Dispose();
        foreach (var one in Owned)
        {
            one.Dispose();
        }
    }
}
