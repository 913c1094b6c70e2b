using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// ElligatorSwift: an x of the curve as 64 bytes (u ‖ t) that look uniformly random, and the key agreement over such
/// bytes. BIP324; the way from randomness to candidates is that of libsecp256k1, so that its vectors fit.
/// </summary>
internal static class EllSwift
{
    public const int Size = 64;

    private const int Half = 32;

    private static readonly ECFieldElement One = Secp256k1.Field(1);
    private static readonly ECFieldElement Two = Secp256k1.Field(2);
    private static readonly ECFieldElement Three = Secp256k1.Field(3);
    private static readonly ECFieldElement Four = Secp256k1.Field(4);
    private static readonly ECFieldElement OneHalf = Two.Invert();

    /// <summary>The square root of −3 that BIP324 fixes.</summary>
    private static readonly ECFieldElement C = Secp256k1.Field(
        Convert.FromHexString("0A2D2BA93507F1DF233770C2A797962CC61F6D15DA14ECD47D8D27AE1CD5F852"));

    private static readonly ECFieldElement HalfOneMinusC = One.Subtract(C).Multiply(OneHalf);
    private static readonly ECFieldElement HalfOnePlusC = One.Add(C).Multiply(OneHalf);

    /// <summary>The x behind 64 bytes. All 64-byte strings have one.</summary>
    public static ECFieldElement Decode(ReadOnlySpan<byte> encoding)
    {
        var u = NotZero(Secp256k1.Field(encoding[..Half]));
        var t = NotZero(Secp256k1.Field(encoding[Half..Size]));
        var rightHandSide = Secp256k1.RightHandSide(u);
        if (rightHandSide.Add(t.Square()).IsZero)
        {
            t = t.Add(t);
        }

        var x = rightHandSide.Subtract(t.Square()).Divide(t.Add(t));
        var y = x.Add(t).Divide(C.Multiply(u));

        var candidate = u.Add(Four.Multiply(y.Square()));
        if (IsX(candidate))
        {
            return candidate;
        }

        var quotient = x.Divide(y);
        candidate = quotient.Negate().Subtract(u).Multiply(OneHalf);
        return IsX(candidate) ? candidate : quotient.Subtract(u).Multiply(OneHalf);
    }

    /// <summary>Encodes a secret's public key, with the secret and <paramref name="aux"/> as randomness.</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="x">Of the secret's public point.</param>
    /// <param name="y">Of the secret's public point.</param>
    /// <param name="aux">32 random bytes; none makes the encoding a function of the secret alone.</param>
    public static void Create(
        ReadOnlySpan<byte> secret, ECFieldElement x, ECFieldElement y, ReadOnlySpan<byte> aux, Span<byte> encoding)
    {
        // tag prefix 64 | secret 32 | zeros 32 | aux 32 or nothing | counter 4
        Span<byte> seed = stackalloc byte[64 + 32 + 32 + 32 + sizeof(uint)];
        seed.Clear();
        Digest.TagPrefix("secp256k1_ellswift_create", seed);
        secret.CopyTo(seed[64..]);
        aux.CopyTo(seed[128..]);
        Search(x, y, seed[..(128 + aux.Length + sizeof(uint))], encoding);
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>Encodes a point under 32 bytes of randomness.</summary>
    public static void Encode(ECFieldElement x, ECFieldElement y, ReadOnlySpan<byte> random, Span<byte> encoding)
    {
        // tag prefix 64 | compressed point 33 | zeros 31 | randomness 32 | counter 4
        Span<byte> seed = stackalloc byte[64 + 64 + 32 + sizeof(uint)];
        seed.Clear();
        Digest.TagPrefix("secp256k1_ellswift_encode", seed);
        seed[64] = y.TestBitZero() ? (byte)3 : (byte)2;
        x.EncodeTo(seed[65..97]);
        random[..32].CopyTo(seed[128..]);
        Search(x, y, seed, encoding);
    }

    /// <summary>The x-only key agreement of BIP324.</summary>
    /// <param name="ours">Our secret.</param>
    /// <param name="theirs">Their encoding, one of the following two.</param>
    /// <param name="initiator">What the initiator sent; it is hashed first, whoever calculates.</param>
    /// <param name="responder">What the responder sent.</param>
    /// <param name="shared">Gets 32 bytes.</param>
    public static void Agree(
        BigInteger ours,
        ReadOnlySpan<byte> theirs,
        ReadOnlySpan<byte> initiator,
        ReadOnlySpan<byte> responder,
        Span<byte> shared)
    {
        Span<byte> x = stackalloc byte[Secp256k1.Size];
        Secp256k1.MultiplyX(Decode(theirs), ours).EncodeTo(x);
        Digest.Tagged("bip324_ellswift_xonly_ecdh", shared, initiator[..Size], responder[..Size], x);
        CryptographicOperations.ZeroMemory(x);
    }

    /// <summary>Tries u after u until one has a t. About four tries on average.</summary>
    /// <param name="seed">What the candidates are hashed from; its last four bytes are the counter.</param>
    private static void Search(ECFieldElement x, ECFieldElement y, Span<byte> seed, Span<byte> encoding)
    {
        Span<byte> branches = stackalloc byte[Digest.Size];
        Span<byte> candidate = stackalloc byte[Digest.Size];
        var counter = 0u;
        while (true)
        {
            // 64 branches of four bits each, of which three count, are drawn at a time and used from the back.
            Draw(seed, counter++, branches);
            for (var left = 2 * Digest.Size - 1; left >= 0; left--)
            {
                var branch = branches[left / 2] >> (left % 2 * 4) & 7;
                Draw(seed, counter++, candidate);
                if (Invert(x, Secp256k1.Field(candidate), branch) is { } t)
                {
                    // Both t and −t decode to x; the parity chosen tells that of y, for which we have no use.
                    t = t.TestBitZero() == y.TestBitZero() ? t : t.Negate();
                    candidate.CopyTo(encoding);
                    t.EncodeTo(encoding[Half..Size]);
                    return;
                }
            }
        }
    }

    private static void Draw(Span<byte> seed, uint counter, Span<byte> drawn)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(seed[^sizeof(uint)..], counter);
        Digest.Sha256(drawn, seed);
    }

    /// <summary>The t, but for its sign, that makes (u, t) decode to x on one of eight branches, or null.</summary>
    private static ECFieldElement? Invert(ECFieldElement x, ECFieldElement u, int branch)
    {
        var found = (branch & 2) == 0 ? ByQuotient(x, u) : BySquare(x, u, (branch & 1) != 0);
        if (found is not var (v, s) || s.Sqrt() is not { } w)
        {
            return null;
        }

        var factor = (branch & 1) == 0 ? HalfOneMinusC : HalfOnePlusC;
        return w.Multiply(u.Multiply(factor).Add(v));
    }

    /// <summary>For x as one of the decoder's two candidates with a quotient.</summary>
    private static (ECFieldElement V, ECFieldElement S)? ByQuotient(ECFieldElement x, ECFieldElement u)
    {
        if (IsX(x.Add(u).Negate()))
        {
            return null;
        }

        var divisor = u.Square().Add(u.Multiply(x)).Add(x.Square());
        return (x, Secp256k1.RightHandSide(u).Negate().Divide(divisor));
    }

    /// <summary>For x as u + 4Y².</summary>
    private static (ECFieldElement V, ECFieldElement S)? BySquare(ECFieldElement x, ECFieldElement u, bool withRoot)
    {
        var s = x.Subtract(u);
        if (s.IsZero)
        {
            return null;
        }

        var inner = Four.Multiply(Secp256k1.RightHandSide(u)).Add(Three.Multiply(s).Multiply(u.Square()));
        if (s.Negate().Multiply(inner).Sqrt() is not { } r || (withRoot && r.IsZero))
        {
            return null;
        }

        return (r.Divide(s).Subtract(u).Multiply(OneHalf), s);
    }

    private static bool IsX(ECFieldElement x) => Secp256k1.YOf(x) is not null;

    private static ECFieldElement NotZero(ECFieldElement value) => value.IsZero ? One : value;
}
