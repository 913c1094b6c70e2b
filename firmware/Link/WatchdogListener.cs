using System.Runtime.InteropServices;
using System.Text;
using Drivers;

namespace Firmware.Link;

/// <summary>What a child told its watchdog in one datagram; any of them may be there.</summary>
[Flags]
public enum SignOfLife
{
    None = 0,
    Ready = 1,
    Alive = 2,
    Stopping = 4,
}

/// <summary>
/// The other end of <see cref="Watchdog"/>, for our own supervisor: one listener, and so one path, for each child.
/// The child is started with NOTIFY_SOCKET set to <see cref="Path"/> and WATCHDOG_USEC to its period.
/// </summary>
public sealed class WatchdogListener : IDisposable
{
    private const int DatagramBytesMax = 4096;

    /// <exception cref="UsageException">The path is too long.</exception>
    /// <exception cref="StartException">The path cannot be bound.</exception>
    public WatchdogListener(string path)
    {
        LinkClient.RefuseLong(path);
        Path = path;
        if (FileStatus.Of(path, follow: false) is { IsSocket: true })
        {
            File.Delete(path);
        }

        Descriptor = UnixSocket.OpenDatagram();
        if (!UnixSocket.TryBind(Descriptor, path))
        {
            var trouble = Marshal.GetLastPInvokeErrorMessage();
            _ = Linux.Close(Descriptor);
            throw new StartException($"{path} cannot be bound: {trouble}; check the --state directory.");
        }
    }

    public string Path { get; }

    /// <summary>For poll(2): readable when a child has spoken.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Everything the child has said since the last call; it never blocks.</summary>
    public SignOfLife Receive()
    {
        Span<byte> datagram = stackalloc byte[DatagramBytesMax];
        var signs = SignOfLife.None;
        while (UnixSocket.Receive(Descriptor, datagram) is > 0 and var length)
        {
            signs |= Read(datagram[..(int)length]);
        }

        return signs;
    }

    /// <summary>Waits for a sign of life, at most so long.</summary>
    public unsafe SignOfLife Wait(TimeSpan timeout)
    {
        var entry = new Linux.PollEntry { Descriptor = Descriptor, Wanted = Linux.PollIn };
        _ = Linux.Poll(&entry, 1, PollTime.Milliseconds(timeout));
        return Receive();
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Linux.Close(Descriptor);
            Descriptor = -1;
            if (FileStatus.Of(Path, follow: false) is { IsSocket: true })
            {
                DurableFile.TryDelete(Path);
            }
        }
    }

    private static SignOfLife Read(ReadOnlySpan<byte> datagram)
    {
        var signs = SignOfLife.None;
        foreach (var line in Encoding.UTF8.GetString(datagram).Split('\n'))
        {
            signs |= line switch
            {
                "READY=1" => SignOfLife.Ready,
                "WATCHDOG=1" => SignOfLife.Alive,
                "STOPPING=1" => SignOfLife.Stopping,
                _ => SignOfLife.None,
            };
        }

        return signs;
    }
}
