using System.Runtime.CompilerServices;

namespace Drivers.Hashing.Lanes;

// Rounds 0 to 31 of the two hashes of a header, without what is the same for every nonce: most words of either message
// are padding.
internal static unsafe partial class LaneRounds<TVector, TLanes>
{
    /// <summary>Rounds 4 to 15 of the first hash, which know nothing of the nonce but what round 3 left.</summary>
    /// <param name="state">After round 3, where four more roles on each variable has its place.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FirstPadding(TVector* state, TVector* wk)
    {
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        Round(e, f, g, ref h, a, b, c, ref d, wk[4]);
        Round(d, e, f, ref g, h, a, b, ref c, wk[5]);
        Round(c, d, e, ref f, g, h, a, ref b, wk[6]);
        Round(b, c, d, ref e, f, g, h, ref a, wk[7]);
        Round(a, b, c, ref d, e, f, g, ref h, wk[8]);
        Round(h, a, b, ref c, d, e, f, ref g, wk[9]);
        Round(g, h, a, ref b, c, d, e, ref f, wk[10]);
        Round(f, g, h, ref a, b, c, d, ref e, wk[11]);
        Round(e, f, g, ref h, a, b, c, ref d, wk[12]);
        Round(d, e, f, ref g, h, a, b, ref c, wk[13]);
        Round(c, d, e, ref f, g, h, a, ref b, wk[14]);
        Round(b, c, d, ref e, f, g, h, ref a, wk[15]);
        Store(state, a, b, c, d, e, f, g, h);
    }

    /// <summary>
    /// Rounds 16 to 31 of the first hash. Two words still know nothing of the nonce, most know little.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FirstSchedule(TVector* state, TVector* w, TVector nonce, HeaderPlan<TVector> plan)
    {
        var k = plan.Constants + 16;
        var wk = plan.FirstWords + 16;
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        Round(a, b, c, ref d, e, f, g, ref h, wk[0]);
        Round(h, a, b, ref c, d, e, f, ref g, wk[1]);
        var w18 = TLanes.Add(plan.Part18, TLanes.Sigma0(nonce));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w18, k[2]));
        var w19 = TLanes.Add(plan.Part19, nonce);
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w19, k[3]));
        var w20 = TLanes.Add(plan.Padding, TLanes.Sigma1(w18));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w20, k[4]));
        var w21 = TLanes.Sigma1(w19);
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w21, k[5]));
        var w22 = TLanes.Add(plan.FirstLength, TLanes.Sigma1(w20));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w22, k[6]));
        var w23 = TLanes.Add(plan.Word16, TLanes.Sigma1(w21));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w23, k[7]));
        var w24 = TLanes.Add(plan.Word17, TLanes.Sigma1(w22));
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w24, k[8]));
        var w25 = TLanes.Add(w18, TLanes.Sigma1(w23));
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w25, k[9]));
        var w26 = TLanes.Add(w19, TLanes.Sigma1(w24));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w26, k[10]));
        var w27 = TLanes.Add(w20, TLanes.Sigma1(w25));
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w27, k[11]));
        var w28 = TLanes.Add(w21, TLanes.Sigma1(w26));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w28, k[12]));
        var w29 = TLanes.Add(w22, TLanes.Sigma1(w27));
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w29, k[13]));
        var w30 = TLanes.Add(TLanes.Add(plan.FirstLengthSigma0, w23), TLanes.Sigma1(w28));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w30, k[14]));
        var w31 = TLanes.Add(TLanes.Add(plan.Part31, w24), TLanes.Sigma1(w29));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w31, k[15]));
        (w[0], w[1], w[2], w[3]) = (plan.Word16, plan.Word17, w18, w19);
        (w[4], w[5], w[6], w[7]) = (w20, w21, w22, w23);
        (w[8], w[9], w[10], w[11]) = (w24, w25, w26, w27);
        (w[12], w[13], w[14], w[15]) = (w28, w29, w30, w31);
        Store(state, a, b, c, d, e, f, g, h);
    }

    /// <summary>Rounds 1 to 15 of the second hash: eight words of the first one, and padding.</summary>
    /// <param name="state">After round 0, where one more role on each variable has its place.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void SecondDigest(TVector* state, TVector* w, HeaderPlan<TVector> plan)
    {
        var k = plan.Constants;
        var wk = plan.SecondWords;
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w[1], k[1]));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w[2], k[2]));
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w[3], k[3]));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w[4], k[4]));
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w[5], k[5]));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w[6], k[6]));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w[7], k[7]));
        Round(a, b, c, ref d, e, f, g, ref h, wk[8]);
        Round(h, a, b, ref c, d, e, f, ref g, wk[9]);
        Round(g, h, a, ref b, c, d, e, ref f, wk[10]);
        Round(f, g, h, ref a, b, c, d, ref e, wk[11]);
        Round(e, f, g, ref h, a, b, c, ref d, wk[12]);
        Round(d, e, f, ref g, h, a, b, ref c, wk[13]);
        Round(c, d, e, ref f, g, h, a, ref b, wk[14]);
        Round(b, c, d, ref e, f, g, h, ref a, wk[15]);
        Store(state, a, b, c, d, e, f, g, h);
    }

    /// <summary>Rounds 16 to 31 of the second hash, from the eight words that are no padding.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void SecondSchedule(TVector* state, TVector* w, HeaderPlan<TVector> plan)
    {
        var k = plan.Constants + 16;
        Load(state, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        var w16 = TLanes.Add(w[0], TLanes.Sigma0(w[1]));
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w16, k[0]));
        var w17 = TLanes.Add(TLanes.Add(w[1], TLanes.Sigma0(w[2])), plan.SecondLengthSigma1);
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w17, k[1]));
        var w18 = TLanes.Add(TLanes.Add(w[2], TLanes.Sigma0(w[3])), TLanes.Sigma1(w16));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w18, k[2]));
        var w19 = TLanes.Add(TLanes.Add(w[3], TLanes.Sigma0(w[4])), TLanes.Sigma1(w17));
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w19, k[3]));
        var w20 = TLanes.Add(TLanes.Add(w[4], TLanes.Sigma0(w[5])), TLanes.Sigma1(w18));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w20, k[4]));
        var w21 = TLanes.Add(TLanes.Add(w[5], TLanes.Sigma0(w[6])), TLanes.Sigma1(w19));
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w21, k[5]));
        var w22 = TLanes.Add(TLanes.Add(w[6], TLanes.Sigma0(w[7])), TLanes.Add(plan.SecondLength, TLanes.Sigma1(w20)));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w22, k[6]));
        var w23 = TLanes.Add(TLanes.Add(w[7], plan.PaddingSigma0), TLanes.Add(w16, TLanes.Sigma1(w21)));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w23, k[7]));
        var w24 = TLanes.Add(TLanes.Add(plan.Padding, w17), TLanes.Sigma1(w22));
        Round(a, b, c, ref d, e, f, g, ref h, TLanes.Add(w24, k[8]));
        var w25 = TLanes.Add(w18, TLanes.Sigma1(w23));
        Round(h, a, b, ref c, d, e, f, ref g, TLanes.Add(w25, k[9]));
        var w26 = TLanes.Add(w19, TLanes.Sigma1(w24));
        Round(g, h, a, ref b, c, d, e, ref f, TLanes.Add(w26, k[10]));
        var w27 = TLanes.Add(w20, TLanes.Sigma1(w25));
        Round(f, g, h, ref a, b, c, d, ref e, TLanes.Add(w27, k[11]));
        var w28 = TLanes.Add(w21, TLanes.Sigma1(w26));
        Round(e, f, g, ref h, a, b, c, ref d, TLanes.Add(w28, k[12]));
        var w29 = TLanes.Add(w22, TLanes.Sigma1(w27));
        Round(d, e, f, ref g, h, a, b, ref c, TLanes.Add(w29, k[13]));
        var w30 = TLanes.Add(TLanes.Add(plan.SecondLengthSigma0, w23), TLanes.Sigma1(w28));
        Round(c, d, e, ref f, g, h, a, ref b, TLanes.Add(w30, k[14]));
        var w31 = TLanes.Add(TLanes.Add(TLanes.Add(plan.SecondLength, TLanes.Sigma0(w16)), w24), TLanes.Sigma1(w29));
        Round(b, c, d, ref e, f, g, h, ref a, TLanes.Add(w31, k[15]));
        (w[0], w[1], w[2], w[3]) = (w16, w17, w18, w19);
        (w[4], w[5], w[6], w[7]) = (w20, w21, w22, w23);
        (w[8], w[9], w[10], w[11]) = (w24, w25, w26, w27);
        (w[12], w[13], w[14], w[15]) = (w28, w29, w30, w31);
        Store(state, a, b, c, d, e, f, g, h);
    }
}
