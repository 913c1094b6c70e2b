using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Walls;

/// <summary>What a process may do beyond others: given up, and not to be had back.</summary>
internal static class Privileges
{
    private const uint Version3 = 0x2008_0522; // _LINUX_CAPABILITY_VERSION_3
    private const int LastCapability = 63;

    /// <summary>From now on no program that this process becomes has more rights than it has now.</summary>
    public static bool TryFreeze() => Linux.ProcessControl(Kernel.SetNoNewPrivileges, 1, 0, 0, 0) == 0;

    /// <summary>No other process of this user may look into this one, and no dump of it is written.</summary>
    public static bool TryHide() => Linux.ProcessControl(Kernel.SetDumpable, 0, 0, 0, 0) == 0;

    /// <summary>Keeps of root's rights what is listed; a process that has none has none to give up.</summary>
    public static unsafe bool TryKeepOnly(IEnumerable<Capability> kept, SystemCalls calls)
    {
        var mask = kept.Aggregate(0UL, (all, one) => all | 1UL << (int)one) & Effective(calls);
        for (var capability = 0; capability <= LastCapability; capability++)
        {
            if ((mask >> capability & 1) == 0)
            {
                _ = Linux.ProcessControl(Kernel.DropBounding, (nuint)capability, 0, 0, 0); // Root's right alone.
            }
        }

        var (low, high) = ((uint)(mask & uint.MaxValue), (uint)(mask >> 32));
        var header = new Header { Version = Version3, Process = 0 };
        var sets = stackalloc Sets[]
        {
            new() { Effective = low, Permitted = low }, new() { Effective = high, Permitted = high },
        };
        return Kernel.Call(calls.SetCapabilities, (nint)(&header), (nint)sets, 0, 0) == 0;
    }

    /// <summary>What this thread may do now, a bit for each right.</summary>
    public static unsafe ulong Effective(SystemCalls calls)
    {
        var header = new Header { Version = Version3, Process = 0 };
        var sets = stackalloc Sets[2];
        return Kernel.Call(calls.GetCapabilities, (nint)(&header), (nint)sets, 0, 0) == 0
            ? sets[0].Effective | (ulong)sets[1].Effective << 32
            : 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Version;
        public int Process;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Sets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
