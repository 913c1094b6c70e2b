using System.Runtime.InteropServices;

namespace Drivers.Hashing;

/// <summary>
/// Held as long as a process has what hashes for a board without a rail: an flock(2) on the board's file, which the
/// kernel lifts with the last thread of the process, however that ends. So whoever wants to know whether anything
/// hashes need not ask, nor believe.
/// </summary>
public sealed class HashingLock : IDisposable
{
    private const int ExclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB
    private const int ReadOnly = 0;

    private int descriptor;

    private HashingLock(int descriptor) => this.descriptor = descriptor;

    ~HashingLock() => Close();

    /// <summary>Null where somebody hashes for this board already.</summary>
    /// <exception cref="IOException">The file cannot be opened; the message names it.</exception>
    public static HashingLock? TryTake(string boardFile)
    {
        var descriptor = Linux.Open(boardFile, ReadOnly | Linux.CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"{boardFile}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        var taken = new HashingLock(descriptor);
        if (Linux.Lock(descriptor, ExclusiveNow) == 0)
        {
            return taken;
        }

        taken.Dispose();
        return null;
    }

    /// <summary>True where nothing hashes for this board, in whatever process.</summary>
    /// <exception cref="IOException">The file cannot be opened: then nobody knows.</exception>
    public static bool IsFree(string boardFile)
    {
        using var taken = TryTake(boardFile);
        return taken is not null;
    }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private void Close()
    {
        var open = Interlocked.Exchange(ref descriptor, -1);
        if (open >= 0)
        {
            _ = Linux.Close(open);
        }
    }
}
