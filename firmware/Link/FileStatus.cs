using System.Runtime.InteropServices;

namespace Firmware.Link;

/// <summary>What .NET does not tell of a file: its inode, and whether it is a socket. statx(2).</summary>
internal readonly partial record struct FileStatus(ulong Inode, bool IsSocket)
{
    private const int WorkingDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const uint TypeAndInode = 0x1 | 0x100;
    private const int StructBytes = 256;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int TypeMask = 0xF000;
    private const int Socket = 0xC000;

    /// <summary>Null where nothing is there.</summary>
    public static unsafe FileStatus? Of(string path, bool follow)
    {
        Span<byte> status = stackalloc byte[StructBytes];
        fixed (byte* start = status)
        {
            if (Query(WorkingDirectory, path, follow ? 0 : DoNotFollow, TypeAndInode, start) != 0)
            {
                return null;
            }
        }

        return new(
            MemoryMarshal.Read<ulong>(status[InodeAt..]),
            (MemoryMarshal.Read<ushort>(status[ModeAt..]) & TypeMask) == Socket);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Query(int directory, string path, int flags, uint mask, byte* status);
}
