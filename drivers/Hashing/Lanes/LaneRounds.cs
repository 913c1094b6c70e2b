using System.Runtime.CompilerServices;

namespace Drivers.Hashing.Lanes;

/// <summary>
/// The rounds of SHA-256 (FIPS 180-4 §6.2.2) in pieces of up to sixteen, on several messages at once: sixteen, so that
/// the eight working variables are back in their places, and because a compiler inlines only so much into one method.
/// Between the pieces the variables stand in memory, and the schedule always: sixteen registers would not hold both,
/// and what loads and stores is idle otherwise.
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
        w[0] = Word(w[0], w[1], w[9], w[14]);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w[0], k[0]));
        w[1] = Word(w[1], w[2], w[10], w[15]);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w[1], k[1]));
        w[2] = Word(w[2], w[3], w[11], w[0]);
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w[2], k[2]));
        w[3] = Word(w[3], w[4], w[12], w[1]);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w[3], k[3]));
        w[4] = Word(w[4], w[5], w[13], w[2]);
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w[4], k[4]));
        w[5] = Word(w[5], w[6], w[14], w[3]);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w[5], k[5]));
        w[6] = Word(w[6], w[7], w[15], w[4]);
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w[6], k[6]));
        w[7] = Word(w[7], w[8], w[0], w[5]);
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w[7], k[7]));
        w[8] = Word(w[8], w[9], w[1], w[6]);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w[8], k[8]));
        w[9] = Word(w[9], w[10], w[2], w[7]);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w[9], k[9]));
        w[10] = Word(w[10], w[11], w[3], w[8]);
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w[10], k[10]));
        w[11] = Word(w[11], w[12], w[4], w[9]);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w[11], k[11]));
        w[12] = Word(w[12], w[13], w[5], w[10]);
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w[12], k[12]));
        w[13] = Word(w[13], w[14], w[6], w[11]);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w[13], k[13]));
        w[14] = Word(w[14], w[15], w[7], w[12]);
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w[14], k[14]));
        w[15] = Word(w[15], w[0], w[8], w[13]);
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w[15], k[15]));
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
        w[0] = Word(w[0], w[1], w[9], w[14]);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w[0], k[0]));
        w[1] = Word(w[1], w[2], w[10], w[15]);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w[1], k[1]));
        w[2] = Word(w[2], w[3], w[11], w[0]);
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w[2], k[2]));
        w[3] = Word(w[3], w[4], w[12], w[1]);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w[3], k[3]));
        w[4] = Word(w[4], w[5], w[13], w[2]);
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w[4], k[4]));
        w[5] = Word(w[5], w[6], w[14], w[3]);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w[5], k[5]));
        w[6] = Word(w[6], w[7], w[15], w[4]);
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w[6], k[6]));
        w[7] = Word(w[7], w[8], w[0], w[5]);
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w[7], k[7]));
        w[8] = Word(w[8], w[9], w[1], w[6]);
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w[8], k[8]));
        w[9] = Word(w[9], w[10], w[2], w[7]);
        c = TLanes.Add(c, Half(d, e, f, g, TLanes.Add(w[9], k[9])));
        w[10] = Word(w[10], w[11], w[3], w[8]);
        b = TLanes.Add(b, Half(c, d, e, f, TLanes.Add(w[10], k[10])));
        w[11] = Word(w[11], w[12], w[4], w[9]);
        a = TLanes.Add(a, Half(b, c, d, e, TLanes.Add(w[11], k[11])));
        w[12] = Word(w[12], w[13], w[5], w[10]);
        h = TLanes.Add(h, Half(a, b, c, d, TLanes.Add(w[12], k[12])));
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
