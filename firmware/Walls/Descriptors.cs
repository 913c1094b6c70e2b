using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Walls;

/// <summary>A pair of Unix sockets over which one process hands open files to another: unix(7), SCM_RIGHTS.</summary>
internal static unsafe partial class Descriptors
{
    private const int Family = 1;
    private const int Packets = 5; // SOCK_SEQPACKET: what is sent as one comes as one.
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int ReceiveTimeout = 20;
    private const int NoSignal = 0x4000;
    private const int CloseOnExecReceived = 0x4000_0000;
    private const int SetFlags = 2; // fcntl(2) F_SETFD

    /// <summary>struct cmsghdr with one descriptor behind it, padded as the kernel wants it on 64 bits.</summary>
    private const int ControlBytes = 24;
    private const int ControlLength = 20;

    /// <summary>Two ends, both closed when another program begins.</summary>
    public static bool TryPair(Span<int> ends)
    {
        fixed (int* start = ends)
        {
            return Pair(Family, Packets | Linux.CloseOnExec, 0, start) == 0;
        }
    }

    /// <summary>Whether an end stays open where this process becomes, or starts, another program.</summary>
    public static bool TryHandDown(int descriptor, bool stays) => Flags(descriptor, SetFlags, stays ? 0 : 1) == 0;

    /// <summary>Nobody waits longer than this for the other side.</summary>
    public static bool TryLimitWait(int descriptor, TimeSpan patience)
    {
        var time = stackalloc nint[] { (nint)patience.Seconds, patience.Milliseconds * 1000 };
        return SetOption(descriptor, SocketLevel, ReceiveTimeout, time, (uint)(2 * sizeof(nint))) == 0;
    }

    /// <param name="handed">An open file to hand over, or -1.</param>
    public static bool TrySend(int descriptor, ReadOnlySpan<byte> text, int handed)
    {
        Span<byte> control = stackalloc byte[ControlBytes];
        control.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(control, ControlLength);
        BinaryPrimitives.WriteInt32LittleEndian(control[8..], SocketLevel);
        BinaryPrimitives.WriteInt32LittleEndian(control[12..], Rights);
        BinaryPrimitives.WriteInt32LittleEndian(control[16..], handed);
        fixed (byte* bytes = text, extra = control)
        {
            var part = new Part { Start = bytes, Length = (nuint)text.Length };
            var message = new Message { Parts = &part, PartCount = 1 };
            if (handed >= 0)
            {
                message.Control = extra;
                message.ControlLength = ControlBytes;
            }

            return Send(descriptor, &message, NoSignal) == text.Length;
        }
    }

    /// <summary>How many bytes came; 0 where the other side has gone; -1 where it takes too long.</summary>
    /// <param name="handed">The open file that came along, or -1.</param>
    public static int Receive(int descriptor, Span<byte> text, out int handed)
    {
        Span<byte> control = stackalloc byte[ControlBytes];
        control.Clear();
        handed = -1;
        fixed (byte* bytes = text, extra = control)
        {
            var part = new Part { Start = bytes, Length = (nuint)text.Length };
            var message = new Message
            {
                Parts = &part,
                PartCount = 1,
                Control = extra,
                ControlLength = ControlBytes,
            };
            nint count;
            do
            {
                count = Receive(descriptor, &message, CloseOnExecReceived);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Linux.EINTR);

            if (count > 0
                && message.ControlLength >= ControlLength
                && BinaryPrimitives.ReadInt32LittleEndian(control[12..]) == Rights)
            {
                handed = BinaryPrimitives.ReadInt32LittleEndian(control[16..]);
            }

            return (int)count;
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int Pair(int family, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Flags(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint Send(int descriptor, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint Receive(int descriptor, Message* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
