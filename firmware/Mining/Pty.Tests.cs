using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Mining;

/// <summary>
/// A pseudo terminal: the driver under test opens <see cref="Path"/>, the test is the chip behind it.
/// </summary>
internal sealed unsafe partial class Pty : IDisposable
{
    private int master;

    public Pty()
    {
        master = Open(Linux.ReadWrite | Linux.NoControllingTerminal | Linux.NonBlocking | Linux.CloseOnExec);
        Span<byte> name = stackalloc byte[64];
        fixed (byte* first = name)
        {
            Assert.True(
                master >= 0 && Grant(master) == 0 && Unlock(master) == 0 && Name(master, first, 64) == 0,
                "This machine gives no pty.");
            Path = Marshal.PtrToStringUTF8((nint)first)!;
        }
    }

    public string Path { get; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            if (Linux.Write(master, first, (nuint)bytes.Length) != bytes.Length)
            {
                throw new IOException("The pty is full.");
            }
        }
    }

    /// <summary>Takes what has arrived; 0 where nothing has.</summary>
    public int Read(Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return Math.Max(0, (int)Linux.Read(master, first, (nuint)bytes.Length));
        }
    }

    public void Dispose()
    {
        if (master >= 0)
        {
            _ = Linux.Close(master);
            master = -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int Open(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int Name(int descriptor, byte* name, nuint length);
}
