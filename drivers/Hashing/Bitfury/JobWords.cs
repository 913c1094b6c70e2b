using System.Buffers.Binary;
using System.Numerics;

namespace Drivers.Hashing.Bitfury;

/// <summary>
/// A job as a chip takes it: the midstate, the same state three rounds further (their words are the same for every
/// nonce), and these three words.
/// </summary>
internal static class JobWords
{
    public const ushort Address = 0x3000;
    public const int Count = 19;

    private const int StateWords = 8;
    private const int TailWords = 3;

    /// <summary>FIPS 180-4 §4.2.2, the first three.</summary>
    private static readonly uint[] K = [0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF];

    /// <param name="tail">Header bytes 64 to 79.</param>
    public static void Write(in Midstate midstate, ReadOnlySpan<byte> tail, Span<uint> words)
    {
        for (var i = 0; i < StateWords; i++)
        {
            words[i] = i < 4 ? midstate.Abcd[i] : midstate.Efgh[i - 4];
        }

        for (var i = 0; i < TailWords; i++)
        {
            words[2 * StateWords + i] = BinaryPrimitives.ReadUInt32BigEndian(tail[(i * sizeof(uint))..]);
        }

        ThreeRounds(words[..StateWords], words[(2 * StateWords)..], words.Slice(StateWords, StateWords));
    }

    /// <summary>Three rounds of SHA-256 (FIPS 180-4 §6.2.2), the result from h to a.</summary>
    private static void ThreeRounds(ReadOnlySpan<uint> before, ReadOnlySpan<uint> message, Span<uint> after)
    {
        unchecked
        {
            uint a = before[0], b = before[1], c = before[2], d = before[3];
            uint e = before[4], f = before[5], g = before[6], h = before[7];
            for (var i = 0; i < TailWords; i++)
            {
                var sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11)
                    ^ BitOperations.RotateRight(e, 25);
                var sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13)
                    ^ BitOperations.RotateRight(a, 22);
                var one = h + sum1 + ((e & f) ^ (~e & g)) + K[i] + message[i];
                var two = sum0 + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + one, c, b, a, one + two);
            }

            ReadOnlySpan<uint> turned = [h, g, f, e, d, c, b, a];
            turned.CopyTo(after);
        }
    }
}
