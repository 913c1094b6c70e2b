using System.Runtime.Intrinsics;
using Drivers.Hashing.Lanes;
using ArmSha256 = System.Runtime.Intrinsics.Arm.Sha256;

namespace Drivers.Hashing;

/// <summary>How a header's nonces can be hashed here. The later, the faster.</summary>
public enum ScanPath : byte
{
    /// <summary>One at a time in ordinary registers: every CPU.</summary>
    Scalar,

    /// <summary>One at a time by the CPU's own SHA-256: arm64 with the crypto extension.</summary>
    ArmSha256,

    /// <summary>Eight at a time: x64 with AVX2.</summary>
    Vector256,

    /// <summary>Sixteen at a time: x64 with AVX-512.</summary>
    Vector512,
}

/// <summary>Searches the nonces of one header for hashes that meet a target. Allocates nothing.</summary>
public static class NonceScan
{
    /// <summary>The fastest path of this CPU that was compiled into this program.</summary>
    internal static ScanPath Inside { get; } =
        Vector512.IsHardwareAccelerated && Lanes16.IsSupported ? ScanPath.Vector512
        : Lanes8.IsSupported ? ScanPath.Vector256
        : ArmSha256.IsSupported ? ScanPath.ArmSha256
        : ScanPath.Scalar;

    /// <summary>The fastest path of this CPU, be it from a library beside the program.</summary>
    public static unsafe ScanPath Best { get; } =
        Inside != ScanPath.Scalar ? Inside
        : LaneLibrary.Scan16 != null ? ScanPath.Vector512
        : LaneLibrary.Scan8 != null ? ScanPath.Vector256
        : ScanPath.Scalar;

    /// <summary>So many nonces, as a power of two, take the best path some milliseconds.</summary>
    public static int PieceBits => Best switch
    {
        ScanPath.Vector512 => 17,
        ScanPath.Vector256 => 16,
        ScanPath.ArmSha256 => 14,
        _ => 13,
    };

    /// <summary>Measures what one thread hashes in a second on the best path, in some tens of milliseconds.</summary>
    public static double MeasureRate()
    {
        var enough = TimeSpan.FromMilliseconds(30);
        Span<uint> hits = stackalloc uint[16];
        Span<byte> tail = stackalloc byte[Sha256d.TailBytes];
        tail.Clear();
        var piece = 1u << PieceBits;
        var hashed = 0L;
        _ = Run(Best, default, tail, 0, piece, UInt256.Zero, hits, out _); // Warm-up.
        var begun = Linux.ThreadTime();
        var used = TimeSpan.Zero;
        for (; used < enough; used = Linux.ThreadTime() - begun)
        {
            hashed += Run(Best, default, tail, 0, piece, UInt256.Zero, hits, out _);
        }

        return hashed / used.TotalSeconds;
    }

    public static unsafe bool IsSupported(ScanPath path) => path switch
    {
        ScanPath.Scalar => true,
        ScanPath.ArmSha256 => ArmSha256.IsSupported,
        ScanPath.Vector256 => Lanes8.IsSupported || LaneLibrary.Scan8 != null,
        _ => Lanes16.IsSupported || LaneLibrary.Scan16 != null,
    };

    /// <summary>Hashes a header with each of so many nonces, and tells those whose hash meets the target.</summary>
    /// <param name="tail">The header's last 16 bytes; the nonce among them does not matter.</param>
    /// <param name="first">The nonce to begin with; after 2^32 − 1 comes 0.</param>
    /// <param name="hits">Takes the nonces that meet the target, in their order. At least 16.</param>
    /// <param name="found">How many were put there.</param>
    /// <returns>How many nonces were tried: fewer than <paramref name="count"/> where the hits may not fit.</returns>
    public static unsafe uint Run(
        ScanPath path,
        in Midstate midstate,
        ReadOnlySpan<byte> tail,
        uint first,
        uint count,
        in UInt256 target,
        Span<uint> hits,
        out int found)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tail.Length, Sha256d.TailBytes);
        return path switch
        {
            ScanPath.Vector512 when Lanes16.IsSupported => LaneScan<Vector512<uint>, Lanes16>.Run(
                midstate, tail, first, count, target, hits, out found),
            ScanPath.Vector512 => LaneLibrary.Run(
                LaneLibrary.Scan16, midstate, tail, first, count, target, hits, out found),
            ScanPath.Vector256 when Lanes8.IsSupported => LaneScan<Vector256<uint>, Lanes8>.Run(
                midstate, tail, first, count, target, hits, out found),
            ScanPath.Vector256 => LaneLibrary.Run(
                LaneLibrary.Scan8, midstate, tail, first, count, target, hits, out found),
            ScanPath.ArmSha256 => OneByOne(midstate, tail, first, count, target, hits, out found),
            _ => LaneScan<uint, Lanes1>.Run(midstate, tail, first, count, target, hits, out found),
        };
    }

    private static uint OneByOne(
        in Midstate midstate,
        ReadOnlySpan<byte> tail,
        uint first,
        uint count,
        in UInt256 target,
        Span<uint> hits,
        out int found)
    {
        found = 0;
        for (uint done = 0; done < count; done++)
        {
            if (found == hits.Length)
            {
                return done;
            }

            var nonce = unchecked(first + done);
            if (Sha256d.FinishHeader(midstate, tail, nonce) <= target)
            {
                hits[found++] = nonce;
            }
        }

        return count;
    }
}
