using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Drivers.Hashing.Bitfury;

/// <summary>A job whose answer is known (REFERENCE.md, "Jobs"); drivers in the field count chips with it.</summary>
internal static class FirstVector
{
    public static readonly Midstate Midstate = new(
        Vector128.Create(0xB0E7_2D8Eu, 0x1DC5_B862, 0xE9E7_C4A6, 0x3050_F1F5),
        Vector128.Create(0x8A1A_6B7Eu, 0x7EC3_84E8, 0x42C1_C3FC, 0x8ED1_58A1));

    private static readonly uint[] TailWords = [0x8A0B_B7B7, 0x33AF_304F, 0x0B29_0C1A, 0];

    /// <summary>Header bytes 64 to 79; the nonce is left open.</summary>
    public static byte[] Tail
    {
        get
        {
            var bytes = new byte[Sha256d.TailBytes];
            for (var i = 0; i < TailWords.Length; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * sizeof(uint)), TailWords[i]);
            }

            return bytes;
        }
    }
}
