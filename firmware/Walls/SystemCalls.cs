using System.Runtime.InteropServices;

namespace Firmware.Walls;

/// <summary>Numbers of system calls, which differ by processor: asm/unistd_64.h and asm-generic/unistd.h.</summary>
/// <param name="AuditArchitecture">What the kernel calls the processor in a filter: linux/audit.h.</param>
/// <param name="Reaching">Calls that reach into other processes, start programs, or make hidden sockets.</param>
internal sealed record SystemCalls(
    uint AuditArchitecture,
    int Socket,
    int SocketPair,
    int Control,
    int ReceiveMessage,
    int ReceiveMessages,
    int Filter,
    int GetCapabilities,
    int SetCapabilities,
    int[] Reaching)
{
    public const int CreateRuleset = 444;
    public const int AddRule = 445;
    public const int RestrictSelf = 446;

    /// <summary>io_uring makes sockets that no filter sees; pidfd_getfd takes those of another process.</summary>
    private const int IoUringSetup = 425;
    private const int TakeDescriptor = 438;

    public static readonly SystemCalls X64 = new(
        0xC000_003E,
        Socket: 41,
        SocketPair: 53,
        Control: 16,
        ReceiveMessage: 47,
        ReceiveMessages: 299,
        Filter: 317,
        GetCapabilities: 125,
        SetCapabilities: 126,

        // execve, execveat, ptrace, process_vm_readv and _writev, bpf, perf_event_open, open_by_handle_at,
        // init_module, finit_module, kexec_load, unshare, setns, mount.
        [59, 322, 101, 310, 311, 321, 298, 304, 175, 313, 246, 272, 308, 165, IoUringSetup, TakeDescriptor]);

    public static readonly SystemCalls Arm64 = new(
        0xC000_00B7,
        Socket: 198,
        SocketPair: 199,
        Control: 29,
        ReceiveMessage: 212,
        ReceiveMessages: 243,
        Filter: 277,
        GetCapabilities: 90,
        SetCapabilities: 91,
        [221, 281, 117, 270, 271, 280, 241, 265, 105, 273, 104, 97, 268, 40, IoUringSetup, TakeDescriptor]);

    /// <summary>Of this machine; null on one that nobody has looked up.</summary>
    public static SystemCalls? Here => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => null,
    };
}
