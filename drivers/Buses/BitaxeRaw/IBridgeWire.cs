namespace Drivers.Buses.BitaxeRaw;

/// <summary>A bridge's control port. One that is gone is an <see cref="IOException"/> that names it.</summary>
public interface IBridgeWire : IDisposable
{
    /// <summary>Sends a request in one piece: the bridge drops one that pauses for 4 ms.</summary>
    void Send(ReadOnlySpan<byte> request);

    /// <summary>What arrives within <paramref name="patience"/>, as soon as it does; 0 where nothing did.</summary>
    int Receive(Span<byte> buffer, TimeSpan patience);
}
