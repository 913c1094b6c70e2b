using System.Runtime.InteropServices;

namespace Firmware.Walls;

/// <summary>The calls that the C library has no name for, or none in every version of it.</summary>
internal static partial class Kernel
{
    public const int SetDumpable = 4; // prctl(2)
    public const int DropBounding = 24;
    public const int SetNoNewPrivileges = 38;
    public const int GetNoNewPrivileges = 39;

    public const int PathOnly = 0x20_0000; // O_PATH

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct FilterProgram
    {
        public ushort Length;
        public FilterStep* Steps;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);
}
