using System.Runtime.CompilerServices;

namespace Drivers.Hashing.Lanes;

/// <summary>
/// The rounds of SHA-256 (FIPS 180-4 §6.2.2) in pieces of up to sixteen, on several messages at once: sixteen, so that
/// the eight working variables are back in their places, and because a compiler inlines only so much into one method.
/// Between the pieces they and the schedule stand in memory, which costs nothing: what loads them is idle otherwise.
/// </summary>
internal static unsafe partial class LaneRounds<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : ILanes<TVector>
{
    /// <summary>Rounds 0 to 15: the words are the message's own.</summary>
    /// <param name="k">The constants of these rounds.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void First(TVector* state, TVector* w, TVector* k)
    {
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w[0], k[0]));
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w[1], k[1]));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w[2], k[2]));
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w[3], k[3]));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w[4], k[4]));
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w[5], k[5]));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w[6], k[6]));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w[7], k[7]));
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w[8], k[8]));
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w[9], k[9]));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w[10], k[10]));
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w[11], k[11]));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w[12], k[12]));
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w[13], k[13]));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w[14], k[14]));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w[15], k[15]));
        Store(state, a, b, c, d, e, f, g, h);
    }

    /// <summary>
    /// Sixteen more: each word is made of those before it, in its place, and stays for the next ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Next(TVector* state, TVector* w, TVector* k)
    {
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        TVector w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7];
        TVector w8 = w[8], w9 = w[9], w10 = w[10], w11 = w[11], w12 = w[12], w13 = w[13], w14 = w[14], w15 = w[15];
        w0 = Word(w0, w1, w9, w14);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w0, k[0]));
        w1 = Word(w1, w2, w10, w15);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w1, k[1]));
        w2 = Word(w2, w3, w11, w0);
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w2, k[2]));
        w3 = Word(w3, w4, w12, w1);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w3, k[3]));
        w4 = Word(w4, w5, w13, w2);
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w4, k[4]));
        w5 = Word(w5, w6, w14, w3);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w5, k[5]));
        w6 = Word(w6, w7, w15, w4);
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w6, k[6]));
        w7 = Word(w7, w8, w0, w5);
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w7, k[7]));
        w8 = Word(w8, w9, w1, w6);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w8, k[8]));
        w9 = Word(w9, w10, w2, w7);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w9, k[9]));
        w10 = Word(w10, w11, w3, w8);
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w10, k[10]));
        w11 = Word(w11, w12, w4, w9);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w11, k[11]));
        w12 = Word(w12, w13, w5, w10);
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w12, k[12]));
        w13 = Word(w13, w14, w6, w11);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w13, k[13]));
        w14 = Word(w14, w15, w7, w12);
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w14, k[14]));
        w15 = Word(w15, w0, w8, w13);
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w15, k[15]));
        (w[0], w[1], w[2], w[3]) = (w0, w1, w2, w3);
        (w[4], w[5], w[6], w[7]) = (w4, w5, w6, w7);
        (w[8], w[9], w[10], w[11]) = (w8, w9, w10, w11);
        (w[12], w[13], w[14], w[15]) = (w12, w13, w14, w15);
        Store(state, a, b, c, d, e, f, g, h);
    }

    /// <summary>
    /// Rounds 48 to 60, and the variable that is the last word of the hash then, but for what the rounds began with:
    /// no later round changes it, and the last four here need to know no other result.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TVector Last(TVector* state, TVector* w, TVector* k)
    {
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        TVector w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7];
        TVector w8 = w[8], w9 = w[9], w10 = w[10], w11 = w[11], w12 = w[12], w13 = w[13], w14 = w[14], w15 = w[15];
        w0 = Word(w0, w1, w9, w14);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w0, k[0]));
        w1 = Word(w1, w2, w10, w15);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w1, k[1]));
        w2 = Word(w2, w3, w11, w0);
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w2, k[2]));
        w3 = Word(w3, w4, w12, w1);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w3, k[3]));
        w4 = Word(w4, w5, w13, w2);
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w4, k[4]));
        w5 = Word(w5, w6, w14, w3);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w5, k[5]));
        w6 = Word(w6, w7, w15, w4);
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w6, k[6]));
        w7 = Word(w7, w8, w0, w5);
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w7, k[7]));
        w8 = Word(w8, w9, w1, w6);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w8, k[8]));
        w9 = Word(w9, w10, w2, w7);
        c = TLanes.Add(c, Half(d, e, f, g, TLanes.Add(w9, k[9])));
        w10 = Word(w10, w11, w3, w8);
        b = TLanes.Add(b, Half(c, d, e, f, TLanes.Add(w10, k[10])));
        w11 = Word(w11, w12, w4, w9);
        a = TLanes.Add(a, Half(b, c, d, e, TLanes.Add(w11, k[11])));
        w12 = Word(w12, w13, w5, w10);
        h = TLanes.Add(h, Half(a, b, c, d, TLanes.Add(w12, k[12])));
        return h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(
        TVector* state,
        out TVector a,
        out TVector b,
        out TVector c,
        out TVector d,
        out TVector e,
        out TVector f,
        out TVector g,
        out TVector h)
    {
        (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        (e, f, g, h) = (state[4], state[5], state[6], state[7]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        TVector* state, TVector a, TVector b, TVector c, TVector d, TVector e, TVector f, TVector g, TVector h)
    {
        (state[0], state[1], state[2], state[3]) = (a, b, c, d);
        (state[4], state[5], state[6], state[7]) = (e, f, g, h);
    }

    /// <summary>One round, the variables changing their roles instead of their places.</summary>
    /// <param name="wk">The round's word and constant, added.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round(
        TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector wk)
    {
        var half = Half(e, f, g, h, wk);
        d = TLanes.Add(d, half);
        h = TLanes.Add(half, TLanes.Sum0Majority(a, b, c));
    }

    /// <summary>T1 of the standard.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Half(TVector e, TVector f, TVector g, TVector h, TVector wk) =>
        TLanes.Add(TLanes.Add(h, wk), TLanes.Sum1Choose(e, f, g));

    /// <summary>The schedule's next word from those 16, 15, 7 and 2 before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Word(TVector w0, TVector w1, TVector w9, TVector w14) =>
        TLanes.Add(TLanes.Add(w0, w9), TLanes.Add(TLanes.Sigma0(w1), TLanes.Sigma1(w14)));
}
