using System.Runtime.InteropServices;

using Drivers;

namespace Firmware;

/// <summary>
/// Files that a loss of power leaves whole: after it there is the old content or the new one, never a part of either.
/// </summary>
public static partial class DurableFile
{
    /// <summary>After the name of what has not taken its place yet: a loss of power may leave it.</summary>
    public const string Unfinished = ".new";

    /// <summary>Write, fsync, rename, fsync of the folder, which is made where it is missing.</summary>
    /// <exception cref="IOException">The flash is full or broken; the old content is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var unfinished = path + Unfinished;
        try
        {
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, 0))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            TryDelete(unfinished);
            throw;
        }

        Settle(folder);
    }

    /// <summary>Gives a file another place, on the same flash, in place of whatever is there.</summary>
    /// <exception cref="IOException">It is not there, or the flash does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be written.</exception>
    public static void Move(string from, string to)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(to))!;
        Directory.CreateDirectory(folder);
        File.Move(from, to, overwrite: true);
        Settle(folder);
        Settle(Path.GetDirectoryName(Path.GetFullPath(from))!);
    }

    /// <summary>
    /// Takes a file away that nobody needs any more. Where that is refused, or where its folder is gone, nobody is
    /// helped by an end of the work.
    /// </summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // What could not be written may not be removable either; whoever reads it finds that it is unfinished.
        }
    }

    /// <summary>A new name is on the flash only once its folder is.</summary>
    private static void Settle(string folder)
    {
        const int readOnlyFolder = 0x10000; // O_DIRECTORY
        var descriptor = Linux.Open(folder, readOnlyFolder | Linux.CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var refused = Synchronize(descriptor) != 0 ? Marshal.GetLastPInvokeErrorMessage() : null;
        _ = Linux.Close(descriptor);
        if (refused is not null)
        {
            throw new IOException($"{folder}: {refused}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);
}
