using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Link;

/// <summary>Something that happened on a connection: a line came, or (without a line) it closed.</summary>
public readonly record struct LinkEvent(LinkConnection Connection, LinkLine? Line);

/// <summary>
/// The listening end: guard.sock and mine.sock. One thread owns it, waits in <see cref="Wait"/> and then takes what
/// happened by <see cref="TryNext"/>; nothing else runs, and no peer can make either call block.
/// </summary>
public sealed class LinkServer : IDisposable
{
    /// <summary>mine, serve, the supervisor and a few people; whoever comes later is turned away.</summary>
    public const int ConnectionsMax = 16;

    private readonly FileLock holder;
    private readonly List<LinkConnection> connections = new(ConnectionsMax);
    private int listener;

    private LinkServer(string path, FileLock holder, int listener)
    {
        Path = path;
        this.holder = holder;
        this.listener = listener;
    }

    public string Path { get; }

    /// <summary>The open connections, oldest first.</summary>
    public IReadOnlyList<LinkConnection> Connections => connections;

    /// <summary>Listens at a path, which a dead predecessor may have left behind as a stale socket.</summary>
    /// <param name="mode">Who may connect: the owner, or with group read and write the owner's group as well.</param>
    /// <exception cref="UsageException">The path is too long.</exception>
    /// <exception cref="StartException">Somebody else listens there, or the path cannot be made.</exception>
    public static LinkServer Listen(
        string path, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        LinkClient.RefuseLong(path);

        // Whoever holds the lock may remove the socket: it can only be a dead predecessor's.
        var lockPath = path + ".lock";
        var holder = FileLock.TryTakeOrCreate(lockPath)
            ?? throw new StartException(
                File.Exists(lockPath)
                    ? $"{path} is in use by {FileLock.Holder(lockPath) ?? "another process"}: "
                        + "stop it, or choose another --state."
                    : $"{path} cannot be made: check that the directory exists and is writable.");
        var listener = -1;
        try
        {
            RemoveStale(path);
            listener = UnixSocket.OpenStream();
            if (!UnixSocket.TryBind(listener, path) || !UnixSocket.TryListen(listener, ConnectionsMax))
            {
                throw new StartException(
                    $"{path} cannot be listened at: {Marshal.GetLastPInvokeErrorMessage()}; check --state.");
            }

            File.SetUnixFileMode(path, mode);
            return new LinkServer(path, holder, listener);
        }
        catch
        {
            _ = Linux.Close(listener);
            holder.Dispose();
            throw;
        }
    }

    /// <summary>Waits until something happens, at most so long, and moves bytes. Then take what happened.</summary>
    /// <param name="wake">A descriptor (an eventfd, say) that ends the wait when readable.</param>
    public unsafe void Wait(TimeSpan timeout, int wake = -1)
    {
        Span<Linux.PollEntry> entries = stackalloc Linux.PollEntry[ConnectionsMax + 2];
        var count = 0;
        entries[count++] = new() { Descriptor = wake, Wanted = Linux.PollIn };
        entries[count++] = new() { Descriptor = listener, Wanted = Linux.PollIn };
        foreach (var connection in connections)
        {
            entries[count++] = new() { Descriptor = connection.Descriptor, Wanted = connection.Wanted };
        }

        fixed (Linux.PollEntry* start = entries)
        {
            if (Linux.Poll(start, (nuint)count, PollTime.Milliseconds(timeout)) <= 0)
            {
                return;
            }
        }

        for (var i = 2; i < count; i++)
        {
            Serve(connections[i - 2], entries[i].Ready);
        }

        if (entries[1].Ready != 0)
        {
            Accept();
        }
    }

    /// <summary>The next thing that happened; a connection that closed is told last and then forgotten.</summary>
    public bool TryNext(out LinkEvent happened)
    {
        for (var i = 0; i < connections.Count; i++)
        {
            var connection = connections[i];
            if (connection.TryTake(out var line))
            {
                happened = new(connection, line);
                return true;
            }

            if (!connection.IsOpen)
            {
                connections.RemoveAt(i);
                happened = new(connection, null);
                return true;
            }
        }

        happened = default;
        return false;
    }

    /// <summary>One line to everybody who is connected.</summary>
    public void SendToAll(LinkLine line)
    {
        foreach (var connection in connections)
        {
            connection.Send(line);
        }
    }

    public void Dispose()
    {
        if (listener < 0)
        {
            return;
        }

        _ = Linux.Close(listener);
        listener = -1;
        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        connections.Clear();
        DurableFile.TryDelete(Path);
        holder.Dispose();
    }

    private static void Serve(LinkConnection connection, short ready)
    {
        if ((ready & Linux.PollOut) != 0)
        {
            connection.Flush();
        }

        if ((ready & (Linux.PollIn | Linux.PollHangUp | Linux.PollError)) != 0)
        {
            connection.Receive();
        }
    }

    private void Accept()
    {
        while (UnixSocket.Accept(listener) is >= 0 and var descriptor)
        {
            var connection = new LinkConnection(descriptor);
            if (connections.Count == ConnectionsMax)
            {
                connection.Close("Too many connections.");
                continue;
            }

            connections.Add(connection);
        }
    }

    /// <summary>Only a socket is removed: whatever else stands at the path is somebody's file.</summary>
    private static void RemoveStale(string path)
    {
        if (FileStatus.Of(path, follow: false) is not { } there)
        {
            return;
        }

        if (!there.IsSocket)
        {
            throw new StartException($"{path} is no socket of ours: move it away, or choose another --state.");
        }

        File.Delete(path);
    }
}
