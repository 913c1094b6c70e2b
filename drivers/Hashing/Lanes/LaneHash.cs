using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Drivers.Hashing.Lanes;

/// <summary>Finishes headers of different midstates and nonces, as many at once as there are lanes.</summary>
internal static unsafe class LaneHash<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : ILanes<TVector>
{
    private const int Variables = 8;
    private const int Words = 16;
    private const int Rounds = 64;
    private const int Nonce = 3;

    /// <summary>Of each midstate the hash with the tail and its own nonce.</summary>
    [SkipLocalsInit]
    public static void Run(
        ReadOnlySpan<Midstate> midstates, ReadOnlySpan<byte> tail, ReadOnlySpan<uint> nonces, Span<UInt256> hashes)
    {
        const int Vectors = Rounds + Words + 3 * Variables + 1;
        var memory = stackalloc byte[(Vectors + 1) * sizeof(TVector)];
        var k = (TVector*)(memory + ((nuint)sizeof(TVector) - (nuint)memory % (nuint)sizeof(TVector)));
        var words = k + Rounds;
        var state = words + Words;
        var initial = state + Variables;
        var midstate = initial + Variables; // And the nonces behind it.
        for (var i = 0; i < Rounds; i++)
        {
            k[i] = TLanes.All(Sha256.Constants[i]);
        }

        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            PutIn(lane, Sha256.Initial, 0, initial);
        }

        for (var done = 0; done < hashes.Length; done += TLanes.Count)
        {
            var lanes = Math.Min(TLanes.Count, hashes.Length - done);
            for (var lane = 0; lane < lanes; lane++)
            {
                PutIn(lane, midstates[done + lane], BinaryPrimitives.ReverseEndianness(nonces[done + lane]), midstate);
            }

            for (var i = 0; i < Nonce; i++)
            {
                words[i] = TLanes.All(BinaryPrimitives.ReadUInt32BigEndian(tail[(4 * i)..]));
            }

            words[Nonce] = midstate[Variables];
            Compress(midstate, words, Nonce + 1, BlockHeader.Size, state, k);
            new Span<TVector>(state, Variables).CopyTo(new Span<TVector>(words, Variables));
            Compress(initial, words, Variables, UInt256.Size, state, k);
            for (var lane = 0; lane < lanes; lane++)
            {
                hashes[done + lane] = TakeOut(lane, state);
            }
        }
    }

    /// <summary>The last block of a message: its words, and the padding for so many bytes.</summary>
    private static void Compress(
        TVector* before, TVector* words, int count, uint messageBytes, TVector* state, TVector* k)
    {
        for (var i = count; i < Words; i++)
        {
            words[i] = TLanes.All(i == count ? 0x8000_0000 : i == Words - 1 ? messageBytes * 8 : 0);
        }

        new Span<TVector>(before, Variables).CopyTo(new Span<TVector>(state, Variables));
        LaneRounds<TVector, TLanes>.First(state, words, k);
        for (var round = Words; round < Rounds; round += Words)
        {
            LaneRounds<TVector, TLanes>.Next(state, words, k + round);
        }

        for (var i = 0; i < Variables; i++)
        {
            state[i] = TLanes.Add(state[i], before[i]);
        }
    }

    private static void PutIn(int lane, in Midstate midstate, uint nonce, TVector* vectors)
    {
        var words = (uint*)vectors + lane;
        for (var i = 0; i < 4; i++)
        {
            words[i * TLanes.Count] = midstate.Abcd[i];
            words[(4 + i) * TLanes.Count] = midstate.Efgh[i];
        }

        words[Variables * TLanes.Count] = nonce;
    }

    private static UInt256 TakeOut(int lane, TVector* state)
    {
        var words = (uint*)state + lane;
        return new UInt256(Pair(words, 0), Pair(words, 2), Pair(words, 4), Pair(words, 6));
    }

    private static ulong Pair(uint* words, int first) =>
        BinaryPrimitives.ReverseEndianness(words[first * TLanes.Count])
        | (ulong)BinaryPrimitives.ReverseEndianness(words[(first + 1) * TLanes.Count]) << 32;
}
