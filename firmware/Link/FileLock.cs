using System.Globalization;
using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Link;

/// <summary>
/// An flock(2) on a file or device, which the kernel lifts when its holder ends, however it ends. Two processes that
/// would talk over each other (guard and safe-off on one bridge, two guards on one socket) are kept apart by it.
/// </summary>
public sealed partial class FileLock : IDisposable
{
    private const int Exclusive = 2;
    private const int DoNotWait = 4;
    private const int Create = 0x40;
    private const uint OwnerOnly = 0x180; // 0600

    private int descriptor;

    private FileLock(int descriptor) => this.descriptor = descriptor;

    /// <summary>Locks an existing file or device. Null where somebody else holds it or it cannot be opened.</summary>
    public static FileLock? TryTake(string path) =>
        TryTake(Linux.Open(path, Linux.ReadWrite | Linux.NonBlocking | Linux.CloseOnExec));

    /// <summary>The same, with a file that is made where it is missing.</summary>
    public static FileLock? TryTakeOrCreate(string path) =>
        TryTake(OpenOrCreate(path, Linux.ReadWrite | Create | Linux.CloseOnExec, OwnerOnly));

    /// <summary>Who holds a lock on this file: "process 4711 (sv2fw guard)"; null where nobody can be found.</summary>
    public static string? Holder(string path)
    {
        try
        {
            return HolderOf(path) is { } process ? $"process {process} ({CommandOf(process)})" : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Linux.Close(descriptor);
            descriptor = -1;
        }
    }

    private static FileLock? TryTake(int descriptor)
    {
        if (descriptor < 0)
        {
            return null;
        }

        if (Flock(descriptor, Exclusive | DoNotWait) == 0)
        {
            return new FileLock(descriptor);
        }

        _ = Linux.Close(descriptor);
        return null;
    }

    /// <summary>Out of /proc/locks: "3: FLOCK ADVISORY WRITE 4711 00:05:42 0 EOF", the inode last.</summary>
    private static int? HolderOf(string path)
    {
        if (FileStatus.Of(path, follow: true)?.Inode is not { } inode)
        {
            return null;
        }

        foreach (var line in File.ReadLines("/proc/locks"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 6
                && words[1] == "FLOCK"
                && words[5].EndsWith($":{inode}", StringComparison.Ordinal)
                && int.TryParse(words[4], CultureInfo.InvariantCulture, out var process))
            {
                return process;
            }
        }

        return null;
    }

    private static string CommandOf(int process)
    {
        var words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "?" : string.Join(' ', words.Take(2).Select(Path.GetFileName));
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenOrCreate(string path, int flags, uint mode);
}
