using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Drivers.Hashing.Lanes;

/// <summary>
/// Sixteen messages in 512 bits: AVX-512, which rotates in one instruction and joins three in another.
/// </summary>
internal readonly struct Lanes16 : ILanes<Vector512<uint>>
{
    // Truth tables of vpternlogd, the operands' bits being 0xF0, 0xCC and 0xAA.
    private const byte Xor = 0xF0 ^ 0xCC ^ 0xAA;
    private const byte Choose = (0xF0 & 0xCC) | (0x0F & 0xAA);
    private const byte Majority = (0xF0 & 0xCC) | (0xF0 & 0xAA) | (0xCC & 0xAA);

    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => 16;

    public static Vector512<uint> Indices => Vector512<uint>.Indices;

    public static Vector512<uint> All(uint word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> x, Vector512<uint> y) => x + y;

    public static Vector512<uint> Reversed(Vector512<uint> x) =>
        Avx512F.TernaryLogic(
            Vector512.Create(0x00FF_00FFu), Avx512F.RotateLeft(x, 8), Avx512F.RotateRight(x, 8), Choose);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sum0Majority(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) =>
        Avx512F.TernaryLogic(
            Avx512F.RotateRight(x, 2), Avx512F.RotateRight(x, 13), Avx512F.RotateRight(x, 22), Xor)
        + Avx512F.TernaryLogic(x, y, z, Majority);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sum1Choose(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) =>
        Avx512F.TernaryLogic(
            Avx512F.RotateRight(x, 6), Avx512F.RotateRight(x, 11), Avx512F.RotateRight(x, 25), Xor)
        + Avx512F.TernaryLogic(x, y, z, Choose);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sigma0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), x >>> 3, Xor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sigma1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 17), Avx512F.RotateRight(x, 19), x >>> 10, Xor);

    public static uint WithoutBits(Vector512<uint> x, Vector512<uint> mask) =>
        (uint)Vector512.Equals(x & mask, Vector512<uint>.Zero).ExtractMostSignificantBits();
}
