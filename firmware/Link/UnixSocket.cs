using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Drivers;

namespace Firmware.Link;

/// <summary>
/// The socket calls of the Unix family, by number and not by .NET's Socket: guard may have no thread pool behind it,
/// and both NOTIFY_SOCKET and our own sockets need names that an end point class would not take.
/// </summary>
internal static partial class UnixSocket
{
    /// <summary>sun_path of unix(7), the closing zero byte not counted.</summary>
    public const int PathBytesMax = 107;

    public const int EINPROGRESS = 115;

    private const int Family = 1;
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int AddressBytes = 2 + PathBytesMax + 1;
    private const uint OwnerOnly = 0x180; // 0600

    public static int OpenStream() => Open(Stream);

    public static int OpenDatagram() => Open(Datagram);

    /// <summary>Binds to a path that nobody but the owner may open, from the first moment on.</summary>
    public static unsafe bool TryBind(int descriptor, string path)
    {
        Span<byte> address = stackalloc byte[AddressBytes];
        var length = Address(path, address);

        // unix_bind() makes the file with the mode of the unbound socket: no umask, and no moment of openness.
        if (!IsAbstract(path) && FileMode(descriptor, OwnerOnly) != 0)
        {
            return false;
        }

        fixed (byte* start = address)
        {
            return Bind(descriptor, start, (uint)length) == 0;
        }
    }

    public static bool TryListen(int descriptor, int backlog) => Listen(descriptor, backlog) == 0;

    /// <summary>The next connection, non-blocking and closed on exec, or -1.</summary>
    public static unsafe int Accept(int descriptor) =>
        Accept(descriptor, null, null, Linux.NonBlocking | Linux.CloseOnExec);

    public static unsafe bool TryConnect(int descriptor, string path)
    {
        Span<byte> address = stackalloc byte[AddressBytes];
        var length = Address(path, address);
        fixed (byte* start = address)
        {
            return Connect(descriptor, start, (uint)length) == 0;
        }
    }

    /// <summary>How many bytes came; 0 at the end of the stream; -1 where none wait or the socket is broken.</summary>
    public static unsafe nint Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Linux.KeepFailure(Receive(descriptor, start, (nuint)buffer.Length, DontWait));
        }
    }

    /// <summary>How many bytes the kernel took, or -1.</summary>
    public static unsafe nint Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Linux.KeepFailure(Send(descriptor, start, (nuint)bytes.Length, DontWait | NoSignal));
        }
    }

    public static unsafe bool TrySendTo(int descriptor, string path, ReadOnlySpan<byte> bytes)
    {
        Span<byte> address = stackalloc byte[AddressBytes];
        var length = Address(path, address);
        fixed (byte* start = bytes, to = address)
        {
            return SendTo(descriptor, start, (nuint)bytes.Length, DontWait | NoSignal, to, (uint)length)
                == bytes.Length;
        }
    }

    public static bool Fits(string path) => path.Length > 0 && Encoding.UTF8.GetByteCount(path) <= PathBytesMax;

    private static bool IsAbstract(string path) => path.StartsWith('@');

    private static int Address(string path, Span<byte> address)
    {
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Family);
        var length = Encoding.UTF8.GetBytes(path, address[2..^1]);

        // An abstract name begins with a zero byte and is as long as the address says; a path ends with a zero byte.
        if (IsAbstract(path))
        {
            address[2] = 0;
            return 2 + length;
        }

        return 2 + length + 1;
    }

    private static int Open(int type) => Socket(Family, type | Linux.NonBlocking | Linux.CloseOnExec, 0);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static unsafe partial int Bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(int descriptor, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static unsafe partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static unsafe partial int Connect(int descriptor, byte* address, uint length);

    [SuppressGCTransition] // As Linux.ReadNow: neither ever waits.
    [LibraryImport("libc", EntryPoint = "recv")]
    private static unsafe partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "send")]
    private static unsafe partial nint Send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static unsafe partial nint SendTo(
        int descriptor, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int FileMode(int descriptor, uint mode);
}
