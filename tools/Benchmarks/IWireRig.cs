namespace Benchmarks;

/// <summary>A process between a TCP socket and a terminal, both of whose far ends are ours.</summary>
internal interface IWireRig : IDisposable
{
    /// <summary>From a new tip written into the socket to the first byte of its job at the terminal, in µs.</summary>
    /// <param name="after">The tip comes so many milliseconds after the job that was sent for it, at least.</param>
    double ToTerminal(int after);

    /// <summary>From a result written into the terminal to the first byte of its share at the socket, in µs.</summary>
    double ToSocket();
}
