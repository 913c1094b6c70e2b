using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Drivers.Hashing.Lanes;

/// <summary>
/// One message in ordinary registers: for a CPU without wider ones, and for what all lanes have alike.
/// </summary>
internal readonly struct Lanes1 : ILanes<uint>
{
    public static int Count => 1;

    public static uint Indices => 0;

    public static uint All(uint word) => word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint x, uint y) => unchecked(x + y);

    public static uint Reversed(uint x) => BinaryPrimitives.ReverseEndianness(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sum0Majority(uint x, uint y, uint z) => unchecked(
        (BitOperations.RotateRight(x, 2) ^ BitOperations.RotateRight(x, 13) ^ BitOperations.RotateRight(x, 22))
        + ((x & y) | (z & (x | y))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sum1Choose(uint x, uint y, uint z) => unchecked(
        (BitOperations.RotateRight(x, 6) ^ BitOperations.RotateRight(x, 11) ^ BitOperations.RotateRight(x, 25))
        + (z ^ (x & (y ^ z))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sigma0(uint x) => BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sigma1(uint x) =>
        BitOperations.RotateRight(x, 17) ^ BitOperations.RotateRight(x, 19) ^ (x >> 10);

    public static uint WithoutBits(uint x, uint mask) => (x & mask) == 0 ? 1u : 0;
}
