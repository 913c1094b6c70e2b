namespace Drivers.Power;

/// <summary>The two number formats of PMBus part II, sections 7 and 8.</summary>
public static class PmBusNumbers
{
    private const int MantissaMin = -1024;
    private const int MantissaMax = 1023;

    /// <summary>LINEAR11: 5 bits of signed exponent, 11 of signed mantissa. Any exponent is understood.</summary>
    public static double FromLinear11(ushort word)
    {
        var exponent = unchecked((short)word) >> 11;
        var mantissa = unchecked((short)(word << 5)) >> 5;
        return Math.ScaleB(mantissa, exponent);
    }

    /// <summary>The finest LINEAR11 that holds a number: the smallest exponent for which the mantissa fits.</summary>
    public static ushort ToLinear11(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        for (var exponent = -16; exponent <= 15; exponent++)
        {
            var mantissa = Math.Round(Math.ScaleB(value, -exponent), MidpointRounding.AwayFromZero);
            if (mantissa is >= MantissaMin and <= MantissaMax)
            {
                return (ushort)((exponent & 0x1F) << 11 | (int)mantissa & 0x7FF);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "Too large for LINEAR11.");
    }

    /// <summary>ULINEAR16: a 16-bit mantissa whose exponent stands in VOUT_MODE.</summary>
    public static double FromULinear16(ushort word, int exponent) => Math.ScaleB(word, exponent);

    /// <summary>The nearest ULINEAR16.</summary>
    public static ushort ToULinear16(double value, int exponent)
    {
        var mantissa = Math.Round(Math.ScaleB(value, -exponent), MidpointRounding.AwayFromZero);
        return mantissa is >= 0 and <= ushort.MaxValue
            ? (ushort)mantissa
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Too large for ULINEAR16, or negative.");
    }

    /// <summary>The exponent in VOUT_MODE bits 4 to 0, signed.</summary>
    public static int ExponentOf(byte voutMode) => unchecked((sbyte)(voutMode << 3)) >> 3;
}
