using Drivers.Hashing;

namespace TestPool;

/// <summary>Moves a target so that shares come at the wanted rate. A quarter more or less is left alone.</summary>
public sealed class Vardiff(double sharesPerMinute, TimeSpan interval, TimeSpan start)
{
    private const double Tolerance = 0.25;
    private const double StepMax = 4;

    private TimeSpan since = start;
    private int shares;

    public void Accept() => shares++;

    /// <summary>The target that fits what came in the last interval, or null where nothing is to change.</summary>
    public UInt256? Step(UInt256 target, TimeSpan now)
    {
        var elapsed = now - since;
        if (elapsed < interval)
        {
            return null;
        }

        var ratio = shares / (sharesPerMinute * elapsed.TotalMinutes);
        since = now;
        shares = 0;
        return Math.Abs(ratio - 1) <= Tolerance
            ? null
            : Scale(target, 1 / Math.Clamp(ratio, 1 / StepMax, StepMax));
    }

    /// <summary>The target times a factor, at least 1.</summary>
    public static UInt256 Scale(UInt256 target, double factor)
    {
        const int Fraction = 1 << 20;
        var scaled = UInt256.FromBigInteger(target.ToBigInteger() * (long)(factor * Fraction) / Fraction);
        return scaled == UInt256.Zero ? new UInt256(1, 0, 0, 0) : scaled;
    }
}
