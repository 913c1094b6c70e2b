using System.Text;
using Drivers;

namespace Firmware.Link;

/// <summary>
/// The connecting end. It connects by itself, again and again, and never blocks; one thread owns it, waits in
/// <see cref="Wait"/> and then takes the lines by <see cref="TryNext"/>.
/// </summary>
public sealed class LinkClient : IDisposable
{
    /// <summary>Between two attempts to connect; the first is made at once.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly string path;
    private LinkConnection? connection;
    private TimeSpan nextAttempt = TimeSpan.MinValue;

    /// <exception cref="UsageException">The path is too long.</exception>
    public LinkClient(string path)
    {
        RefuseLong(path);
        this.path = path;
    }

    /// <summary>Lines in which the other end tells of itself are left out: for who only takes orders.</summary>
    public bool SkipsStatus { get; init; }

    public bool IsConnected => connection is { IsOpen: true };

    /// <summary>Why there is no connection, in one sentence; null while there is one.</summary>
    public string? LastTrouble { get; private set; } = "Not connected yet.";

    /// <summary>Connects where it is time to, waits until a line may have come, at most so long.</summary>
    /// <param name="wake">A descriptor (an eventfd, say) that ends the wait when readable; the caller reads it.</param>
    public unsafe void Wait(TimeSpan timeout, TimeSpan now, int wake = -1)
    {
        Connect(now);
        if (!IsConnected && timeout > nextAttempt - now)
        {
            timeout = nextAttempt - now;
        }

        Span<Linux.PollEntry> entries =
        [
            new() { Descriptor = wake, Wanted = Linux.PollIn },
            new() { Descriptor = connection?.Descriptor ?? -1, Wanted = connection?.Wanted ?? 0 },
        ];
        fixed (Linux.PollEntry* start = entries)
        {
            if (Linux.Poll(start, (nuint)entries.Length, PollTime.Milliseconds(timeout)) <= 0)
            {
                return;
            }
        }

        if ((entries[1].Ready & Linux.PollOut) != 0)
        {
            connection?.Flush();
        }

        if ((entries[1].Ready & ~Linux.PollOut) != 0)
        {
            connection?.Receive();
        }
    }

    /// <summary>The next line, oldest first; false where none waits, be it that the connection has gone.</summary>
    public bool TryNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkLine? line)
    {
        line = null;
        if (connection is null)
        {
            return false;
        }

        if (connection.TryTake(out line))
        {
            return true;
        }

        Forget();
        return false;
    }

    /// <summary>False where there is no connection: the line is not kept, for only the newest state counts.</summary>
    public bool Send(LinkLine line)
    {
        var sent = connection is not null && connection.Send(line);
        Forget();
        return sent;
    }

    public void Dispose() => connection?.Dispose();

    internal static void RefuseLong(string path)
    {
        if (!UnixSocket.Fits(path))
        {
            throw new UsageException(
                $"The socket path '{path}' has {Encoding.UTF8.GetByteCount(path)} bytes, and Linux takes "
                + $"{UnixSocket.PathBytesMax}: choose a shorter --state directory.");
        }
    }

    private void Connect(TimeSpan now)
    {
        if (IsConnected || now < nextAttempt)
        {
            return;
        }

        nextAttempt = now + RetryAfter;
        int descriptor;
        try
        {
            descriptor = UnixSocket.OpenStream();
        }
        catch (IOException full)
        {
            LastTrouble = full.Message; // No descriptor is left now; later there may be.
            return;
        }

        if (UnixSocket.TryConnect(descriptor, path))
        {
            connection = new LinkConnection(descriptor) { SkipsStatus = SkipsStatus };
            LastTrouble = null;
            return;
        }

        LastTrouble = $"{path}: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}.";
        _ = Linux.Close(descriptor);
    }

    private void Forget()
    {
        if (connection is { IsOpen: false })
        {
            LastTrouble = connection.CloseReason;
            connection = null;
        }
    }
}
