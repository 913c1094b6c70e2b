using System.Runtime.InteropServices;

namespace Drivers.Hashing.Lanes;

/// <summary>What a library of lanes shows to the program that loads it. Compiled into nothing else.</summary>
internal static unsafe class LaneExport
{
    /// <summary>See <see cref="NonceScan.Run"/>; on the widest lanes of this library.</summary>
    [UnmanagedCallersOnly(EntryPoint = "sv2fw_scan")]
    public static uint Scan(
        Midstate* midstate, byte* tail, uint first, uint count, UInt256* target, uint* hits, int room, int* found) =>
        NonceScan.Run(
            NonceScan.Best,
            *midstate,
            new ReadOnlySpan<byte>(tail, Sha256d.TailBytes),
            first,
            count,
            *target,
            new Span<uint>(hits, room),
            out *found);
}
