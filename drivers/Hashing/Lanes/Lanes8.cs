using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Drivers.Hashing.Lanes;

/// <summary>Eight messages in 256 bits: AVX2, which has no rotation, so that each is two shifts.</summary>
internal readonly struct Lanes8 : ILanes<Vector256<uint>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 8;

    public static Vector256<uint> Indices => Vector256<uint>.Indices;

    public static Vector256<uint> All(uint word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> x, Vector256<uint> y) => x + y;

    public static Vector256<uint> Reversed(Vector256<uint> x)
    {
        var halves = x.AsUInt16();
        var swapped = ((halves << 8) | (halves >>> 8)).AsUInt32();
        return (swapped << 16) | (swapped >>> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Sum0Majority(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        ((x >>> 2) ^ (x << 30) ^ (x >>> 13) ^ (x << 19) ^ (x >>> 22) ^ (x << 10))
        + ((x & y) | (z & (x | y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Sum1Choose(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        ((x >>> 6) ^ (x << 26) ^ (x >>> 11) ^ (x << 21) ^ (x >>> 25) ^ (x << 7))
        + (z ^ (x & (y ^ z)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Sigma0(Vector256<uint> x) =>
        (x >>> 7) ^ (x << 25) ^ (x >>> 18) ^ (x << 14) ^ (x >>> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Sigma1(Vector256<uint> x) =>
        (x >>> 17) ^ (x << 15) ^ (x >>> 19) ^ (x << 13) ^ (x >>> 10);

    public static uint WithoutBits(Vector256<uint> x, Vector256<uint> mask) =>
        Vector256.Equals(x & mask, Vector256<uint>.Zero).ExtractMostSignificantBits();
}
