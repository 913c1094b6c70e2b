using System.Numerics;

namespace Drivers.Hashing.Cpu;

/// <summary>What a thread hashes before it looks up again: nonces of one header from here on.</summary>
internal readonly record struct CpuPiece(int Slot, BlockHeader Header, uint VersionBits, uint FirstNonce);

/// <summary>
/// The work in hand, handed out to the threads piece by piece, each piece once: all nonces of the first version, then
/// of the next. A version is a number whose bits stand where the mask's bits are. There is one for all threads and for
/// one work after the other: the next costs no memory.
/// </summary>
internal sealed class CpuJob(int pieceBits)
{
    private const int NonceBits = 32;

    private readonly Lock gate = new();
    private int slot;
    private Work work;
    private ulong pieces;
    private ulong next;
    private long number;

    public uint PieceSize => 1u << pieceBits;

    /// <summary>Another one with each work.</summary>
    public long Number => Volatile.Read(ref number);

    /// <summary>The next work takes the old one's place.</summary>
    public void Give(int workSlot, in Work given)
    {
        lock (gate)
        {
            (slot, work, next) = (workSlot, given, 0);
            pieces = 1ul << (NonceBits - pieceBits + BitOperations.PopCount(given.VersionMask));
            number++;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            (pieces, next) = (0, 0);
            number++;
        }
    }

    /// <summary>False where nothing is left of the work with that number.</summary>
    public bool TryTake(out CpuPiece piece, out long of)
    {
        Work from;
        ulong index;
        int its;
        lock (gate)
        {
            of = number;
            (from, its, index) = (work, slot, next);
            if (next == pieces)
            {
                piece = default;
                return false;
            }

            next++;
        }

        var perVersion = NonceBits - pieceBits;
        var bits = Deposit((uint)(index >> perVersion), from.VersionMask);
        var header = from.Header with { Version = from.Header.Version & ~from.VersionMask | bits };
        piece = new(its, header, bits, (uint)(index & ((1ul << perVersion) - 1)) << pieceBits);
        return true;
    }

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
