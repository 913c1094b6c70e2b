namespace Firmware.Pool;

/// <summary>A connection that takes bytes without ever waiting.</summary>
public interface IWire
{
    /// <returns>How many bytes were taken: 0 where there is no room now, -1 where the connection is broken.</returns>
    int Send(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Bytes had to stay behind, or the connection broke: the pool's thread must look. Any thread, outside every lock.
    /// </summary>
    void CallForAttention();
}
