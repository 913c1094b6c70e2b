using System.Runtime.InteropServices;

namespace Firmware.Walls;

/// <summary>struct sock_filter of linux/filter.h: one step of a classic BPF program.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterStep(ushort Code, byte IfTrue, byte IfFalse, uint Value);

/// <summary>
/// The program by which the kernel judges every system call of a process (seccomp(2)). It names what is refused;
/// everything else passes. Calls of another architecture's numbers end the process: they would dodge every rule.
/// </summary>
internal static class CallFilter
{
    public const uint Allow = 0x7FFF_0000;
    public const uint Kill = 0x8000_0000;
    public const uint Refuse = 0x0005_0000; // | errno

    public const int EPERM = 1;
    public const int ENOSYS = 38;
    public const int EPROTONOSUPPORT = 93;
    public const int EAFNOSUPPORT = 97;

    internal const ushort Load = 0x20; // BPF_LD | BPF_W | BPF_ABS
    internal const ushort IfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    internal const ushort IfAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    internal const ushort And = 0x54; // BPF_ALU | BPF_AND | BPF_K
    internal const ushort ShiftRight = 0x74; // BPF_ALU | BPF_RSH | BPF_K
    internal const ushort Return = 0x06; // BPF_RET | BPF_K

    // struct seccomp_data: the low halves of 64-bit arguments come first on both processors.
    internal const uint NumberAt = 0;
    internal const uint ArchitectureAt = 4;
    internal const uint ArgumentsAt = 16;

    private const uint UnixFamily = 1;
    private const uint Ip4Family = 2;
    private const uint Ip6Family = 10;
    private const uint NetlinkFamily = 16;
    private const uint StreamType = 1;
    private const uint DatagramType = 2;
    private const uint TypeMask = 0xF; // Above it stand SOCK_NONBLOCK and SOCK_CLOEXEC.
    private const uint TcpProtocol = 6;
    private const uint UdpProtocol = 17;

    /// <summary>Bit 30 marks the calls of x64 with 32-bit pointers, which have numbers of their own.</summary>
    private const uint OtherNumbers = 0x4000_0000;

    private const uint PushInput = 0x5412; // TIOCSTI: types for whoever reads the terminal.
    private const uint ConsoleControl = 0x541C; // TIOCLINUX

    public static FilterStep[] Of(Wall wall, SystemCalls calls)
    {
        var steps = new List<FilterStep>
        {
            new(Load, 0, 0, ArchitectureAt),
            new(IfEqual, 1, 0, calls.AuditArchitecture),
            new(Return, 0, 0, Kill),
            new(Load, 0, 0, NumberAt),
            new(IfAtLeast, 0, 1, OtherNumbers),
            new(Return, 0, 0, Refuse | ENOSYS),
        };
        foreach (var reaching in calls.Reaching)
        {
            steps.AddRange(Where(reaching, new FilterStep(Return, 0, 0, Refuse | EPERM)));
        }

        if (wall.Sockets == Sockets.Local)
        {
            // What cannot be made could still be handed over: a descriptor comes by recvmsg(2) alone.
            steps.AddRange(Where(calls.ReceiveMessage, new FilterStep(Return, 0, 0, Refuse | EPERM)));
            steps.AddRange(Where(calls.ReceiveMessages, new FilterStep(Return, 0, 0, Refuse | EPERM)));
        }

        steps.AddRange(Where(calls.Socket, [.. SocketRule(wall.Sockets)]));
        steps.AddRange(Where(calls.SocketPair, [.. SocketRule(Sockets.Local)]));
        if (wall.Controls is { } types)
        {
            steps.AddRange(Where(calls.Control, [.. ControlRule(types)]));
        }

        steps.Add(new(Return, 0, 0, Allow));
        return [.. steps];
    }

    /// <summary>The rule for one call. Each ends by itself, so the number is still loaded for the next.</summary>
    private static IEnumerable<FilterStep> Where(int number, params FilterStep[] rule) =>
        [new(IfEqual, 0, (byte)rule.Length, (uint)number), .. rule];

    private static IEnumerable<FilterStep> SocketRule(Sockets may)
    {
        yield return new(Load, 0, 0, ArgumentAt(0));
        yield return new(IfEqual, 0, 1, UnixFamily);
        yield return new(Return, 0, 0, Allow);
        if (may.HasFlag(Sockets.Routes))
        {
            foreach (var step in Family(NetlinkFamily, [.. Protocol(0)], EPROTONOSUPPORT))
            {
                yield return step;
            }
        }

        if (may != Sockets.Local)
        {
            foreach (var step in Family(Ip4Family, [.. Ip(may)], EPROTONOSUPPORT)
                .Concat(Family(Ip6Family, [.. Ip(may)], EPROTONOSUPPORT)))
            {
                yield return step;
            }
        }

        yield return new(Return, 0, 0, Refuse | EAFNOSUPPORT);
    }

    private static IEnumerable<FilterStep> Family(uint family, FilterStep[] allowed, uint otherwise) =>
        [new(IfEqual, 0, (byte)(allowed.Length + 1), family), .. allowed, new(Return, 0, 0, Refuse | otherwise)];

    /// <summary>A stream's protocol counts too: multipath TCP is a stream, and no rule about TCP binds it.</summary>
    private static IEnumerable<FilterStep> Ip(Sockets may)
    {
        (Sockets Kind, uint Type, uint Protocol)[] kinds =
            [(Sockets.Tcp, StreamType, TcpProtocol), (Sockets.Udp, DatagramType, UdpProtocol)];
        foreach (var (kind, type, protocol) in kinds.Where(kind => may.HasFlag(kind.Kind)))
        {
            FilterStep[] allowed = [.. Protocol(0), .. Protocol(protocol)];
            yield return new(Load, 0, 0, ArgumentAt(1));
            yield return new(And, 0, 0, TypeMask);
            yield return new(IfEqual, 0, (byte)allowed.Length, type);
            foreach (var step in allowed)
            {
                yield return step;
            }
        }
    }

    private static IEnumerable<FilterStep> Protocol(uint protocol) =>
    [
        new(Load, 0, 0, ArgumentAt(2)),
        new(IfEqual, 0, 1, protocol),
        new(Return, 0, 0, Allow),
    ];

    private static IEnumerable<FilterStep> ControlRule(byte[] types)
    {
        yield return new(Load, 0, 0, ArgumentAt(1));
        foreach (var dangerous in new[] { PushInput, ConsoleControl })
        {
            yield return new(IfEqual, 0, 1, dangerous);
            yield return new(Return, 0, 0, Refuse | EPERM);
        }

        yield return new(ShiftRight, 0, 0, 8);
        yield return new(And, 0, 0, 0xFF);
        foreach (var type in types)
        {
            yield return new(IfEqual, 0, 1, type);
            yield return new(Return, 0, 0, Allow);
        }

        yield return new(Return, 0, 0, Refuse | EPERM);
    }

    private static uint ArgumentAt(uint index) => ArgumentsAt + 8 * index;
}
