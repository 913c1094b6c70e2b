using System.Numerics;

namespace Drivers.Hashing.Cpu;

/// <summary>
/// One work, handed out to the threads piece by piece, each piece once: all nonces of the first version, then of the
/// next. A version is a number whose bits stand where the mask's bits are.
/// </summary>
internal sealed class CpuJob(int slot, Work work, int pieceBits)
{
    private const int NonceBits = 32;

    private readonly ulong pieces = 1ul << (NonceBits - pieceBits + BitOperations.PopCount(work.VersionMask));
    private ulong next;

    public int Slot => slot;

    public uint PieceSize => 1u << pieceBits;

    /// <summary>False where nothing is left that was not given out.</summary>
    public bool TryTake(out uint versionBits, out uint firstNonce)
    {
        var piece = unchecked(Interlocked.Increment(ref next) - 1);
        var perVersion = NonceBits - pieceBits;
        versionBits = Deposit((uint)(piece >> perVersion), work.VersionMask);
        firstNonce = (uint)(piece & ((1ul << perVersion) - 1)) << pieceBits;
        return piece < pieces;
    }

    public BlockHeader Header(uint versionBits) =>
        work.Header with { Version = work.Header.Version & ~work.VersionMask | versionBits };

    /// <summary>The number's bits, lowest first, where the mask's are.</summary>
    private static uint Deposit(uint number, uint mask)
    {
        var bits = 0u;
        for (; mask != 0; mask &= mask - 1, number >>= 1)
        {
            bits |= (number & 1) << BitOperations.TrailingZeroCount(mask);
        }

        return bits;
    }
}
