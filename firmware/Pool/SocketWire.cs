using System.Runtime.InteropServices;
using Drivers;
using Firmware.Link;

namespace Firmware.Pool;

/// <summary>
/// A connected TCP socket as the session sees it, by system calls alone: .NET's Socket costs a tenth of the whole path
/// from the pool to the wire. Whoever made the socket closes it, after the session has ended.
/// </summary>
/// <param name="attention">Set where bytes stayed behind or the connection broke.</param>
internal sealed class SocketWire(int descriptor, Wake attention) : IWire
{
    /// <inheritdoc/>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = (int)UnixSocket.Send(descriptor, bytes);
        return sent >= 0 ? sent : IsOnlyFull() ? 0 : -1;
    }

    /// <summary>How many bytes came: 0 where none wait now, -1 where the connection ended or broke.</summary>
    public int Receive(Span<byte> bytes)
    {
        var count = (int)UnixSocket.Receive(descriptor, bytes);
        return count > 0 ? count : count < 0 && IsOnlyFull() ? 0 : -1;
    }

    /// <inheritdoc/>
    public void CallForAttention() => attention.Set();

    private static bool IsOnlyFull() => Marshal.GetLastPInvokeError() is Linux.EAGAIN or Linux.EINTR;
}
