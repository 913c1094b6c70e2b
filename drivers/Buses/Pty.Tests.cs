using System.Runtime.InteropServices;

namespace Drivers.Buses;

/// <summary>A pseudo terminal: the driver under test opens <see cref="Path"/>, the test is the chip.</summary>
internal sealed unsafe partial class Pty : IDisposable
{
    private const nuint TCGETS2 = 0x802C_542A;
    private int master;

    public Pty()
    {
        master = PosixOpenPt(Linux.ReadWrite | Linux.NoControllingTerminal | Linux.NonBlocking | Linux.CloseOnExec);
        Assert.True(master >= 0 && GrantPt(master) == 0 && UnlockPt(master) == 0, "This machine gives no pty.");
        Span<byte> name = stackalloc byte[64];
        fixed (byte* first = name)
        {
            Assert.Equal(0, PtsName(master, first, (nuint)name.Length));
            Path = Marshal.PtrToStringUTF8((nint)first)!;
        }
    }

    public string Path { get; }

    /// <summary>The rate the other end was set to, as the kernel has it.</summary>
    public int Baud
    {
        get
        {
            var settings = stackalloc uint[11];
            Assert.Equal(0, Linux.IoControl(master, TCGETS2, settings));
            return (int)settings[10];
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            Assert.Equal(bytes.Length, (int)Linux.Write(master, first, (nuint)bytes.Length));
        }
    }

    /// <summary>What has arrived so far, at most <paramref name="max"/> bytes.</summary>
    public byte[] Read(int max)
    {
        var bytes = new byte[max];
        fixed (byte* first = bytes)
        {
            var count = Linux.Read(master, first, (nuint)max);
            return count > 0 ? bytes[..(int)count] : [];
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
    private static partial int PosixOpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int GrantPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int UnlockPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int PtsName(int descriptor, byte* name, nuint length);
}
