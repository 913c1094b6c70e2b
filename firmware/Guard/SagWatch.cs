using Drivers;

namespace Firmware.Guard;

/// <summary>What a supply that gives too little means for the board.</summary>
public enum SagVerdict : byte
{
    None,

    /// <summary>From now on the clock is lower: a supply that is asked for less may hold.</summary>
    Reduced,

    /// <summary>That did not help: the power must go.</summary>
    Stop,
}

/// <summary>
/// Records how low the input voltage went, and judges it. One low sample is no sag, three in a row are; what is so low
/// that the part could not have measured it is none either. A first sag takes a quarter off the clock, until the input
/// has been good for ten minutes; a second one in that time, or one that lasts, ends the work.
/// </summary>
/// <param name="on">From here on the regulator works; null where nobody knows, and then nothing is judged.</param>
public sealed class SagWatch(Volts? on)
{
    /// <summary>Samples in a row that begin a sag, and that end it.</summary>
    public const int Samples = 3;

    /// <summary>What a reduced board keeps of its clock.</summary>
    public const double ReducedTo = 0.75;

    /// <summary>So much below the voltage that the regulator needs to switch on, it is a sag.</summary>
    public const double Below = 0.03;

    /// <summary>After so much good input a reduced board gets its clock back.</summary>
    public static readonly TimeSpan GoodAfter = TimeSpan.FromMinutes(10);

    /// <summary>A sag that goes on for so long on a reduced board counts like a second one.</summary>
    public static readonly TimeSpan LastsMax = TimeSpan.FromSeconds(10);

    private const double Implausible = 0.5;

    private int lowSamples;
    private int goodSamples;
    private TimeSpan reducedAt;
    private TimeSpan goodSince;

    /// <summary>Below it, it is a sag; null where nobody knows.</summary>
    public double? Limit { get; } = on?.Value * (1 - Below);

    /// <summary>The lowest input that was measured, and when.</summary>
    public (Volts Input, TimeSpan At)? Lowest { get; private set; }

    /// <summary>How often the input was too low.</summary>
    public int Count { get; private set; }

    public bool IsLow { get; private set; }

    public bool IsReduced { get; private set; }

    /// <summary>It judges by this limit already.</summary>
    public bool IsOf(Volts? limit) => limit == on;

    /// <param name="input">What the part measured; null where it did not answer, which is no sample.</param>
    /// <param name="powered">The board works. Where it does not, the sag is only recorded.</param>
    public SagVerdict Step(Volts? input, bool powered, TimeSpan now)
    {
        var began = input is { } volts && Take(volts, now);
        if (IsReduced && !IsLow && now - goodSince >= GoodAfter)
        {
            IsReduced = false;
        }

        if (!IsLow || !powered)
        {
            return SagVerdict.None;
        }

        if (IsReduced)
        {
            return began || now - reducedAt >= LastsMax ? SagVerdict.Stop : SagVerdict.None;
        }

        IsReduced = true;
        reducedAt = now;
        return SagVerdict.Reduced;
    }

    /// <summary>True where a sag has begun with this sample.</summary>
    private bool Take(Volts input, TimeSpan now)
    {
        if (Limit is { } limit && input.Value < limit * Implausible)
        {
            return false;
        }

        Lowest = Lowest is { } lowest && lowest.Input.Value <= input.Value ? Lowest : (input, now);
        var low = input.Value < Limit;
        lowSamples = low ? lowSamples + 1 : 0;
        goodSamples = low ? 0 : goodSamples + 1;
        if (IsLow && goodSamples >= Samples)
        {
            IsLow = false;
            goodSince = now;
        }

        if (IsLow || lowSamples < Samples)
        {
            return false;
        }

        IsLow = true;
        Count++;
        return true;
    }
}
