using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Drivers.Hashing.Lanes;

/// <summary>Searches the nonces of one header, as many at once as there are lanes.</summary>
internal static unsafe class LaneScan<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : ILanes<TVector>
{
    private const uint EndOfMessage = 0x8000_0000;
    private const uint FirstLength = BlockHeader.Size * 8;
    private const uint SecondLength = UInt256.Size * 8;

    /// <summary>
    /// See <see cref="NonceScan.Run"/>; in whole vectors, so that the last one may go beyond the end.
    /// </summary>
    [SkipLocalsInit]
    public static uint Run(
        in Midstate midstate, ReadOnlySpan<byte> tail, uint first, uint count, in UInt256 target, Span<uint> hits,
        out int found)
    {
        var memory = stackalloc byte[(HeaderPlan<TVector>.Size + 1) * sizeof(TVector)];
        var misaligned = (nuint)memory % (nuint)sizeof(TVector);
        var plan = new HeaderPlan<TVector>((TVector*)(memory + ((nuint)sizeof(TVector) - misaligned)));
        Prepare(plan, midstate, tail);

        found = 0;
        var mask = TLanes.All(FilterMask(target));
        for (ulong done = 0; done < count; done += (uint)TLanes.Count)
        {
            if (hits.Length - found < TLanes.Count)
            {
                return (uint)done;
            }

            var start = unchecked(first + (uint)done);
            var passed = TLanes.WithoutBits(LastWord(plan, start), mask);
            while (passed != 0)
            {
                var lane = (uint)BitOperations.TrailingZeroCount(passed);
                passed &= passed - 1;
                var nonce = unchecked(start + lane);
                if (done + lane < count && Sha256d.FinishHeader(midstate, tail, nonce) <= target)
                {
                    hits[found++] = nonce;
                }
            }
        }

        return count;
    }

    /// <summary>The last word of the hashes of the nonces from this one on: it holds the first zeros.</summary>
    private static TVector LastWord(HeaderPlan<TVector> plan, uint start)
    {
        var state = plan.State;
        var words = plan.Words;
        var k = plan.Constants;
        var from = plan.FirstStart;
        var nonce = TLanes.Reversed(TLanes.Add(TLanes.All(start), TLanes.Indices));

        // Round 3 adds the nonce to what was known before; from then on all is different for every lane.
        (state[0], state[1], state[2], state[3]) = (TLanes.Add(from[0], nonce), from[1], from[2], from[3]);
        (state[4], state[5], state[6], state[7]) = (TLanes.Add(from[4], nonce), from[5], from[6], from[7]);
        LaneRounds<TVector, TLanes>.FirstPadding(state, plan.FirstWords);
        LaneRounds<TVector, TLanes>.FirstSchedule(state, words, nonce, plan);
        LaneRounds<TVector, TLanes>.Next(state, words, k + 32);
        LaneRounds<TVector, TLanes>.Next(state, words, k + 48);
        for (var i = 0; i < 8; i++)
        {
            words[i] = TLanes.Add(state[i], plan.Midstate[i]);
        }

        from = plan.SecondStart;
        (state[0], state[1], state[2], state[3]) = (from[0], from[1], from[2], TLanes.Add(from[3], words[0]));
        (state[4], state[5], state[6], state[7]) = (from[4], from[5], from[6], TLanes.Add(from[7], words[0]));
        LaneRounds<TVector, TLanes>.SecondDigest(state, words, plan);
        LaneRounds<TVector, TLanes>.SecondSchedule(state, words, plan);
        LaneRounds<TVector, TLanes>.Next(state, words, k + 32);
        return TLanes.Add(LaneRounds<TVector, TLanes>.Last(state, words, k + 48), plan.LastInitial);
    }

    /// <summary>The bits of a hash's last word, bytes turned around, that the target's zeros stand for.</summary>
    private static uint FilterMask(in UInt256 target)
    {
        var zeros = Math.Min(BitOperations.LeadingZeroCount(target.High), 32);
        return BinaryPrimitives.ReverseEndianness(unchecked((uint)(ulong.MaxValue << (32 - zeros))));
    }

    private static void Prepare(HeaderPlan<TVector> plan, in Midstate midstate, ReadOnlySpan<byte> tail)
    {
        Spread(Sha256.Constants, plan.Constants);
        plan.Padding = TLanes.All(EndOfMessage);
        plan.PaddingSigma0 = TLanes.All(Lanes1.Sigma0(EndOfMessage));
        PrepareFirst(plan, midstate, tail);
        PrepareSecond(plan);
    }

    private static void PrepareFirst(HeaderPlan<TVector> plan, in Midstate midstate, ReadOnlySpan<byte> tail)
    {
        unchecked
        {
            var k = Sha256.Constants;
            Span<uint> words = stackalloc uint[18];
            words.Clear();
            for (var i = 0; i < 3; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt32BigEndian(tail[(4 * i)..]);
            }

            words[4] = EndOfMessage;
            words[15] = FirstLength;
            words[16] = words[0] + Lanes1.Sigma0(words[1]);
            words[17] = words[1] + Lanes1.Sigma0(words[2]) + Lanes1.Sigma1(FirstLength);
            plan.Word16 = TLanes.All(words[16]);
            plan.Word17 = TLanes.All(words[17]);
            plan.Part18 = TLanes.All(words[2] + Lanes1.Sigma1(words[16]));
            plan.Part19 = TLanes.All(Lanes1.Sigma0(EndOfMessage) + Lanes1.Sigma1(words[17]));
            plan.Part31 = TLanes.All(FirstLength + Lanes1.Sigma0(words[16]));
            plan.FirstLength = TLanes.All(FirstLength);
            plan.FirstLengthSigma0 = TLanes.All(Lanes1.Sigma0(FirstLength));

            uint a = midstate.Abcd[0], b = midstate.Abcd[1], c = midstate.Abcd[2], d = midstate.Abcd[3];
            uint e = midstate.Efgh[0], f = midstate.Efgh[1], g = midstate.Efgh[2], h = midstate.Efgh[3];
            Spread([a, b, c, d, e, f, g, h], plan.Midstate);
            LaneRounds<uint, Lanes1>.Round(a, b, c, ref d, e, f, g, ref h, k[0] + words[0]);
            LaneRounds<uint, Lanes1>.Round(h, a, b, ref c, d, e, f, ref g, k[1] + words[1]);
            LaneRounds<uint, Lanes1>.Round(g, h, a, ref b, c, d, e, ref f, k[2] + words[2]);
            LaneRounds<uint, Lanes1>.Round(f, g, h, ref a, b, c, d, ref e, k[3]);
            Spread([a, b, c, d, e, f, g, h], plan.FirstStart);
            for (var i = 0; i < words.Length; i++)
            {
                plan.FirstWords[i] = TLanes.All(words[i] + k[i]);
            }
        }
    }

    private static void PrepareSecond(HeaderPlan<TVector> plan)
    {
        unchecked
        {
            var k = Sha256.Constants;
            uint a = Sha256.Initial.Abcd[0], b = Sha256.Initial.Abcd[1];
            uint c = Sha256.Initial.Abcd[2], d = Sha256.Initial.Abcd[3];
            uint e = Sha256.Initial.Efgh[0], f = Sha256.Initial.Efgh[1];
            uint g = Sha256.Initial.Efgh[2], h = Sha256.Initial.Efgh[3];
            plan.LastInitial = TLanes.All(h);
            LaneRounds<uint, Lanes1>.Round(a, b, c, ref d, e, f, g, ref h, k[0]);
            Spread([a, b, c, d, e, f, g, h], plan.SecondStart);
            for (var i = 8; i < 16; i++)
            {
                plan.SecondWords[i] = TLanes.All(k[i] + (i == 8 ? EndOfMessage : i == 15 ? SecondLength : 0));
            }

            plan.SecondLength = TLanes.All(SecondLength);
            plan.SecondLengthSigma0 = TLanes.All(Lanes1.Sigma0(SecondLength));
            plan.SecondLengthSigma1 = TLanes.All(Lanes1.Sigma1(SecondLength));
        }
    }

    private static void Spread(ReadOnlySpan<uint> words, TVector* vectors)
    {
        for (var i = 0; i < words.Length; i++)
        {
            vectors[i] = TLanes.All(words[i]);
        }
    }
}
