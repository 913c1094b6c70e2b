using System.Numerics;
using Drivers.Hashing;

namespace TestPool;

/// <summary>The pool's own arithmetic of targets: it believes the product's as little as it believes a share.</summary>
public static class PoolTarget
{
    /// <summary>2^256 − 1.</summary>
    private static readonly BigInteger Max = UInt256.Max.ToBigInteger();

    /// <summary>The target that so many hashes a second meet so often; the easiest where the rate is zero.</summary>
    /// <param name="hashRate">Hashes per second, finite and not negative.</param>
    public static UInt256 FromHashRate(double hashRate, double sharesPerMinute)
    {
        // With x hashes between two shares, (2^256 - 1 - x) / (x + 1) is met by one hash in x + 1.
        var between = new BigInteger(hashRate * 60 / sharesPerMinute);
        return UInt256.FromBigInteger((Max - between) / (between + 1));
    }

    /// <summary>The network target; zero where the bits make none (sign bit, no mantissa, or too large).</summary>
    public static UInt256 FromBits(uint bits)
    {
        var mantissa = new BigInteger(bits & 0x7F_FFFF);
        var exponent = (int)(bits >> 24) - 3;
        var target = exponent >= 0 ? mantissa << (8 * exponent) : mantissa >> (-8 * exponent);
        return (bits & 0x80_0000) != 0 || target > Max ? UInt256.Zero : UInt256.FromBigInteger(target);
    }

    /// <summary>How many shares of difficulty 1 a share of this target is worth.</summary>
    public static double Difficulty(UInt256 target) =>
        target == UInt256.Zero
            ? 0
            : Math.Exp(BigInteger.Log(UInt256.Difficulty1.ToBigInteger()) - BigInteger.Log(target.ToBigInteger()));
}
