using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace Firmware.StratumV2.Noise;

/// <summary>The curve y² = x³ + 7 and its field, as far as the handshake needs them. SEC 2, chapter 2.4.1.</summary>
/// <remarks>
/// Points are made affine here: the library's own Normalize blinds with randomness from the platform's crypto
/// library, which a target without OpenSSL does not have.
/// </remarks>
internal static class Secp256k1
{
    /// <summary>Bytes of a field element and of a scalar, both big-endian.</summary>
    public const int Size = 32;

    private static readonly X9ECParameters Parameters = CustomNamedCurves.GetByName("secp256k1");
    private static readonly FixedPointCombMultiplier Comb = new();

    /// <summary>The group's order.</summary>
    public static BigInteger Order => Parameters.N;

    private static ECCurve Curve => Parameters.Curve;

    /// <summary>A field element from 32 big-endian bytes; values from p on wrap around.</summary>
    public static ECFieldElement Field(ReadOnlySpan<byte> bytes) =>
        Curve.FromBigInteger(new BigInteger(1, bytes).Mod(Curve.Field.Characteristic));

    public static ECFieldElement Field(int value) => Curve.FromBigInteger(BigInteger.ValueOf(value));

    /// <summary>Null for 32 bytes that are p or above, which no encoder writes.</summary>
    public static ECFieldElement? FieldExact(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(1, bytes);
        return value.CompareTo(Curve.Field.Characteristic) < 0 ? Curve.FromBigInteger(value) : null;
    }

    /// <summary>Null for 0 and for the group's order and above.</summary>
    public static BigInteger? Scalar(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(1, bytes);
        return value.SignValue > 0 && value.CompareTo(Order) < 0 ? value : null;
    }

    public static ECFieldElement RightHandSide(ECFieldElement x) => x.Square().Multiply(x).Add(Parameters.Curve.B);

    /// <summary>One of the two y above or below an x, or null where the curve has no point.</summary>
    public static ECFieldElement? YOf(ECFieldElement x) => RightHandSide(x).Sqrt();

    /// <summary>The public point of a secret.</summary>
    public static (ECFieldElement X, ECFieldElement Y) PublicPoint(BigInteger secret) =>
        Affine(Comb.Multiply(Parameters.G, secret))
        ?? throw new ArgumentException("A multiple of the order is no secret.", nameof(secret));

    /// <summary>The x of a secret times the point at <paramref name="x"/>, whichever of the two it is.</summary>
    public static ECFieldElement MultiplyX(ECFieldElement x, BigInteger secret)
    {
        var y = YOf(x) ?? throw new ArgumentException("No point has this x.", nameof(x));
        var product = Affine(Point(x, y).Multiply(secret));
        return product?.X ?? throw new ArgumentException("A multiple of the order is no secret.", nameof(secret));
    }

    /// <summary>a·G + b·P for the point P at (x, y), or null for the point at infinity.</summary>
    public static (ECFieldElement X, ECFieldElement Y)? Sum(
        BigInteger a, BigInteger b, ECFieldElement x, ECFieldElement y) =>
        Affine(ECAlgorithms.SumOfTwoMultiplies(Parameters.G, a, Point(x, y), b));

    private static ECPoint Point(ECFieldElement x, ECFieldElement y) =>
        Curve.CreatePoint(x.ToBigInteger(), y.ToBigInteger());

    /// <summary>Out of Jacobian coordinates: x = X ÷ Z², y = Y ÷ Z³.</summary>
    private static (ECFieldElement X, ECFieldElement Y)? Affine(ECPoint point)
    {
        if (point.IsInfinity)
        {
            return null;
        }

        var inverse = point.GetZCoord(0).Invert();
        var square = inverse.Square();
        return (point.XCoord.Multiply(square), point.YCoord.Multiply(square).Multiply(inverse));
    }
}
