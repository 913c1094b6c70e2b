using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using ArmSha256 = System.Runtime.Intrinsics.Arm.Sha256;

namespace Drivers.Hashing;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4 §6.2.2), which is all that mining needs: lengths are fixed, so the
/// padding is constant. Words are numbers, not bytes; a <see cref="Midstate"/> goes in and comes out.
/// </summary>
internal static class Sha256
{
    /// <summary>FIPS 180-4 §5.3.3.</summary>
    public static Midstate Initial => new(
        Vector128.Create(0x6A09E667u, 0xBB67AE85u, 0x3C6EF372u, 0xA54FF53Au),
        Vector128.Create(0x510E527Fu, 0x9B05688Cu, 0x1F83D9ABu, 0x5BE0CD19u));

    /// <summary>FIPS 180-4 §4.2.2.</summary>
    public static ReadOnlySpan<uint> Constants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    /// <summary>One block of sixteen words. Uses the CPU's own SHA-256 where it has one that .NET can reach.</summary>
    public static Midstate Compress(
        in Midstate state, Vector128<uint> w0, Vector128<uint> w4, Vector128<uint> w8, Vector128<uint> w12) =>
        ArmSha256.IsSupported
            ? CompressInSilicon(state, w0, w4, w8, w12)
            : CompressInCode(state, w0, w4, w8, w12);

    private static Midstate CompressInSilicon(
        in Midstate state, Vector128<uint> w0, Vector128<uint> w4, Vector128<uint> w8, Vector128<uint> w12)
    {
        var abcd = state.Abcd;
        var efgh = state.Efgh;
        ref var k = ref MemoryMarshal.GetReference(Constants);
        for (nuint i = 0; i < 64; i += 4)
        {
            var wk = w0 + Vector128.LoadUnsafe(ref k, i);
            var before = abcd;
            abcd = ArmSha256.HashUpdate1(abcd, efgh, wk);
            efgh = ArmSha256.HashUpdate2(efgh, before, wk);
            (w0, w4, w8, w12) =
                (w4, w8, w12, ArmSha256.ScheduleUpdate1(ArmSha256.ScheduleUpdate0(w0, w4), w8, w12));
        }

        return new Midstate(state.Abcd + abcd, state.Efgh + efgh);
    }

    /// <summary>
    /// Rounds in scalar registers, the message schedule four words at a time in vector registers beside them: the two
    /// use different parts of the core. The eight working variables change roles instead of places. What is known
    /// first is added first.
    /// </summary>
    [SkipLocalsInit]
    private static Midstate CompressInCode(
        in Midstate state, Vector128<uint> w0, Vector128<uint> w4, Vector128<uint> w8, Vector128<uint> w12)
    {
        unchecked
        {
            Unsafe.SkipInit(out Words wk);
            uint a = state.Abcd[0], b = state.Abcd[1], c = state.Abcd[2], d = state.Abcd[3];
            uint e = state.Efgh[0], f = state.Efgh[1], g = state.Efgh[2], h = state.Efgh[3];
            uint x, y = b ^ c; // In turn what a and b differ in: a majority is theirs where they do not.
            ref var k = ref MemoryMarshal.GetReference(Constants);
            for (nuint i = 0; ; i += 16)
            {
                (w0 + Vector128.LoadUnsafe(ref k, i)).StoreUnsafe(ref wk[0]);
                (w4 + Vector128.LoadUnsafe(ref k, i + 4)).StoreUnsafe(ref wk[4]);
                (w8 + Vector128.LoadUnsafe(ref k, i + 8)).StoreUnsafe(ref wk[8]);
                (w12 + Vector128.LoadUnsafe(ref k, i + 12)).StoreUnsafe(ref wk[12]);
                w0 = Next(w0, w4, w8, w12);
                h = h + wk[0] + Choose(e, f, g) + Sum1(e); d += h; x = a ^ b; h = h + Sum0(a) + (b ^ (x & y));
                g = g + wk[1] + Choose(d, e, f) + Sum1(d); c += g; y = h ^ a; g = g + Sum0(h) + (a ^ (y & x));
                f = f + wk[2] + Choose(c, d, e) + Sum1(c); b += f; x = g ^ h; f = f + Sum0(g) + (h ^ (x & y));
                e = e + wk[3] + Choose(b, c, d) + Sum1(b); a += e; y = f ^ g; e = e + Sum0(f) + (g ^ (y & x));
                w4 = Next(w4, w8, w12, w0);
                d = d + wk[4] + Choose(a, b, c) + Sum1(a); h += d; x = e ^ f; d = d + Sum0(e) + (f ^ (x & y));
                c = c + wk[5] + Choose(h, a, b) + Sum1(h); g += c; y = d ^ e; c = c + Sum0(d) + (e ^ (y & x));
                b = b + wk[6] + Choose(g, h, a) + Sum1(g); f += b; x = c ^ d; b = b + Sum0(c) + (d ^ (x & y));
                a = a + wk[7] + Choose(f, g, h) + Sum1(f); e += a; y = b ^ c; a = a + Sum0(b) + (c ^ (y & x));
                w8 = Next(w8, w12, w0, w4);
                h = h + wk[8] + Choose(e, f, g) + Sum1(e); d += h; x = a ^ b; h = h + Sum0(a) + (b ^ (x & y));
                g = g + wk[9] + Choose(d, e, f) + Sum1(d); c += g; y = h ^ a; g = g + Sum0(h) + (a ^ (y & x));
                f = f + wk[10] + Choose(c, d, e) + Sum1(c); b += f; x = g ^ h; f = f + Sum0(g) + (h ^ (x & y));
                e = e + wk[11] + Choose(b, c, d) + Sum1(b); a += e; y = f ^ g; e = e + Sum0(f) + (g ^ (y & x));
                w12 = Next(w12, w0, w4, w8);
                d = d + wk[12] + Choose(a, b, c) + Sum1(a); h += d; x = e ^ f; d = d + Sum0(e) + (f ^ (x & y));
                c = c + wk[13] + Choose(h, a, b) + Sum1(h); g += c; y = d ^ e; c = c + Sum0(d) + (e ^ (y & x));
                b = b + wk[14] + Choose(g, h, a) + Sum1(g); f += b; x = c ^ d; b = b + Sum0(c) + (d ^ (x & y));
                a = a + wk[15] + Choose(f, g, h) + Sum1(f); e += a; y = b ^ c; a = a + Sum0(b) + (c ^ (y & x));
                if (i == 48)
                {
                    return new Midstate(
                        state.Abcd + Vector128.Create(a, b, c, d), state.Efgh + Vector128.Create(e, f, g, h));
                }
            }
        }
    }

    /// <summary>The four schedule words after these sixteen. The last two need the first two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Next(
        Vector128<uint> w0, Vector128<uint> w4, Vector128<uint> w8, Vector128<uint> w12)
    {
        var next = w0 + Sigma0(ShiftIn(w0, w4)) + ShiftIn(w8, w12);
        var last = Sigma1(Vector128.Shuffle(w12, Vector128.Create(2u, 2, 3, 3)));
        next += Vector128.Shuffle(last, Vector128.Create(0u, 2, 4, 4));
        var first = Sigma1(Vector128.Shuffle(next, Vector128.Create(0u, 0, 1, 1)));
        return next + Vector128.Shuffle(first, Vector128.Create(4u, 4, 0, 2));
    }

    /// <summary>Words 1, 2, 3 of the first and word 0 of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ShiftIn(Vector128<uint> first, Vector128<uint> second) =>
        Sse.IsSupported
            ? Vector128.Shuffle(
                Sse.MoveScalar(first.AsSingle(), second.AsSingle()).AsUInt32(), Vector128.Create(1u, 2, 3, 0))
        : AdvSimd.IsSupported ? AdvSimd.ExtractVector128(first, second, 1)
        : Vector128.Create(first[1], first[2], first[3], second[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Sigma0(Vector128<uint> x) =>
        (x >>> 7) ^ (x << 25) ^ (x >>> 18) ^ (x << 14) ^ (x >>> 3);

    /// <summary>Of words that are there twice: a shift of the pair rotates it. Words 0 and 2 are the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Sigma1(Vector128<uint> x) =>
        ((x.AsUInt64() >>> 17) ^ (x.AsUInt64() >>> 19)).AsUInt32() ^ (x >>> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Sum0(uint x) =>
        BitOperations.RotateRight(x, 2) ^ BitOperations.RotateRight(x, 13) ^ BitOperations.RotateRight(x, 22);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Sum1(uint x) =>
        BitOperations.RotateRight(x, 6) ^ BitOperations.RotateRight(x, 11) ^ BitOperations.RotateRight(x, 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Choose(uint x, uint y, uint z) => z ^ (x & (y ^ z));

    /// <summary>Sixteen words of the schedule with their constants, where scalar loads reach them.</summary>
    [InlineArray(16)]
    private struct Words
    {
        private uint first;
    }
}
