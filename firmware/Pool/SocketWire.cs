using System.Net.Sockets;
using Firmware.Link;

namespace Firmware.Pool;

/// <summary>A connected, non-blocking TCP socket as the session sees it.</summary>
/// <param name="attention">Set where bytes stayed behind or the connection broke.</param>
internal sealed class SocketWire(Socket socket, Wake attention) : IWire
{
    /// <inheritdoc/>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock or SocketError.Interrupted => 0,
                _ => -1,
            };
        }
        catch (ObjectDisposedException)
        {
            return -1; // The pool's thread ended the session while a share was on its way.
        }
    }

    /// <inheritdoc/>
    public void CallForAttention() => attention.Set();
}
