using System.Numerics;

namespace Drivers.Hashing;

/// <summary>Targets, difficulties and hash rates: the same thing in the three languages of the field.</summary>
public static class Targets
{
    private const double TwoTo32 = 4294967296.0;

    /// <summary>
    /// The target of a header's nbits. Zero (which no hash meets) where they make none: negative, zero, or above 2^256.
    /// </summary>
    public static UInt256 FromNBits(uint nBits)
    {
        var exponent = (int)nBits.Field(31, 24);
        var mantissa = nBits.Field(22, 0);
        if (nBits.Bit(23))
        {
            return UInt256.Zero;
        }

        var target = exponent <= 3
            ? new BigInteger(mantissa >> (8 * (3 - exponent)))
            : new BigInteger(mantissa) << (8 * (exponent - 3));
        return target.GetBitLength() > 256 ? UInt256.Zero : UInt256.FromBigInteger(target);
    }

    /// <summary>The largest number with that many zero bits in front: 2^(256 − bits) − 1.</summary>
    public static UInt256 FromZeroBits(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 256);
        return UInt256.FromBigInteger((BigInteger.One << (256 - bits)) - 1);
    }

    /// <summary>The target met once in difficulty × 2^32 hashes (Bitcoin's difficulty: 0xFFFF · 2^208 is 1).</summary>
    /// <param name="difficulty">Above zero; small ones end at <see cref="UInt256.Max"/>.</param>
    public static UInt256 FromDifficulty(double difficulty)
    {
        if (!(difficulty > 0) || double.IsInfinity(difficulty))
        {
            throw new ArgumentOutOfRangeException(nameof(difficulty), difficulty, "A difficulty is above zero.");
        }

        return Divided(UInt256.Difficulty1.ToBigInteger(), difficulty);
    }

    /// <summary>
    /// The target at which that hash rate finds so many shares a minute: (2^256 − 1 − x) ÷ (x + 1) with x the hashes
    /// for one share (the formula of the SV2 reference implementation).
    /// </summary>
    public static UInt256 FromHashRate(double hashesPerSecond, double sharesPerMinute)
    {
        if (!(hashesPerSecond >= 0) || !(sharesPerMinute > 0) || !double.IsFinite(hashesPerSecond))
        {
            throw new ArgumentOutOfRangeException(nameof(hashesPerSecond), hashesPerSecond, "No rate to aim at.");
        }

        var hashes = new BigInteger(Math.Min(hashesPerSecond * 60 / sharesPerMinute, double.MaxValue));
        return UInt256.FromBigInteger((UInt256.Max.ToBigInteger() - hashes) / (hashes + 1));
    }

    /// <summary>How many times rarer than difficulty 1. Infinite for the target zero.</summary>
    public static double Difficulty(UInt256 target) => ToDouble(UInt256.Difficulty1) / ToDouble(target);

    /// <summary>How many hashes it takes on average to meet the target.</summary>
    public static double ExpectedHashes(UInt256 target) => Math.ScaleB(1, 256) / (ToDouble(target) + 1);

    private static double ToDouble(UInt256 number) =>
        Math.ScaleB(number.High, 192) + Math.ScaleB(number.MidHigh, 128) + Math.ScaleB(number.MidLow, 64) + number.Low;

    /// <summary>Division by a fraction: the divisor is taken with 32 bits behind the point.</summary>
    private static UInt256 Divided(BigInteger number, double divisor)
    {
        var scaled = new BigInteger(divisor * TwoTo32);
        return scaled.IsZero ? UInt256.Max : UInt256.FromBigInteger((number << 32) / scaled);
    }
}
