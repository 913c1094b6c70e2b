using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using Drivers.Hashing;

namespace Simulator.Bitfury;

/// <summary>
/// A job as the chip's registers hold it. The silicon starts behind the third round and adds the midstate at the end,
/// so a job whose two states do not belong together hashes to nothing sensible.
/// </summary>
internal sealed class BitfuryJob
{
    public const int WordCount = 19;

    private const int StateWords = 8;

    private static readonly uint[] K = [0x428A2F98, 0x71374491, 0xB5C0FBCF];

    private readonly Midstate midstate;
    private readonly byte[] tail = new byte[Sha256d.TailBytes];

    public BitfuryJob(ReadOnlySpan<uint> words)
    {
        midstate = new Midstate(
            Vector128.Create(words[0], words[1], words[2], words[3]),
            Vector128.Create(words[4], words[5], words[6], words[7]));
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(tail.AsSpan(4 * i), words[2 * StateWords + i]);
        }

        KnownAnswer = KnownAnswers.Of(words[0], words[2 * StateWords]);
        IsConsistent = words.Slice(StateWords, StateWords).SequenceEqual(
            AfterThreeRounds(words[..StateWords], words[(2 * StateWords)..]));
    }

    public bool IsConsistent { get; }

    /// <summary>The published answer, as a message word; null for a job that has none.</summary>
    public uint? KnownAnswer { get; }

    /// <param name="nonce">The fourth message word.</param>
    public UInt256 Hash(uint nonce) =>
        Sha256d.FinishHeader(midstate, tail, BinaryPrimitives.ReverseEndianness(nonce));

    /// <summary>Rounds 0 to 2 over a state kept as h … a, so that each round moves it by one place.</summary>
    public static uint[] AfterThreeRounds(ReadOnlySpan<uint> before, ReadOnlySpan<uint> message)
    {
        unchecked
        {
            var s = before.ToArray();
            Array.Reverse(s); // s[0] is h, s[7] is a.
            for (var round = 0; round < 3; round++)
            {
                var (h, g, f, e, d, c, b, a) = (s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]);
                var t1 = h + (Right(e, 6) ^ Right(e, 11) ^ Right(e, 25)) + (g ^ (e & (f ^ g))) + K[round]
                    + message[round];
                var t2 = (Right(a, 2) ^ Right(a, 13) ^ Right(a, 22)) + ((a & b) | (c & (a | b)));
                s = [g, f, e, d + t1, c, b, a, t1 + t2];
            }

            return s;
        }
    }

    private static uint Right(uint word, int by) => BitOperations.RotateRight(word, by);
}
