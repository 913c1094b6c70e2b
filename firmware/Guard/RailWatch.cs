using Drivers;
using Drivers.Power;

namespace Firmware.Guard;

/// <summary>
/// Judges a rail that is meant to be on. One bad sample is no trip, several in a row are; only an output that is gone
/// and a status that says so as well are believed at once, because they are two. What the status reports may come and
/// go: three of the last five samples are enough for it.
/// </summary>
/// <param name="setPoint">What the rail was told at first.</param>
/// <param name="wattsMax">What may flow into the chips.</param>
/// <param name="measures">Something on the board measures the output.</param>
public sealed class RailWatch(Volts setPoint, Watts wattsMax, bool measures = true)
{
    /// <summary>Samples in a row outside a limit.</summary>
    public const int OutsideMax = 3;

    /// <summary>Samples in a row without an answer: at two a second, as long as a silent sensor has.</summary>
    public const int UnansweredMax = 10;

    private const double Tolerance = 0.10;
    private const int ReportsOf = 5;

    /// <summary>Of the set-point: with less the output is gone.</summary>
    private const double GoneBelow = 0.5;

    private int unanswered;
    private int outside;
    private int overloaded;
    private readonly Quorum off = new(OutsideMax, ReportsOf);
    private readonly Quorum faulty = new(OutsideMax, ReportsOf);

    /// <summary>What the rail was told last.</summary>
    public Volts SetPoint { get; set; } = setPoint;

    /// <summary>Why the power must go, or null.</summary>
    public FaultCause? Step(in RailReading reading)
    {
        if (reading.IsOn is not { } isOn || (reading.Output is null && measures))
        {
            unanswered++;
            return unanswered >= UnansweredMax
                ? new(FaultKind.Regulator, $"the regulator has not answered {unanswered} times in a row")
                : null;
        }

        unanswered = 0;
        if (off.Step(!isOn) || (!isOn && !(reading.Output?.Value >= GoneBelow * SetPoint.Value)))
        {
            var told = reading.Fault ?? "no cause told";
            return new(KindOf(reading), $"the regulator has switched itself off ({Word(reading)}, {told})");
        }

        Count(reading);
        var reported = Faulty(reading);
        return Outside(reading) ?? Overloaded(reading) ?? reported;
    }

    private static string Word(in RailReading reading) =>
        reading.Status is { } word ? $"status 0x{word:X4}" : "without a status";

    private void Count(in RailReading reading)
    {
        var isOutside = Math.Abs(reading.Output?.Value - SetPoint.Value ?? 0) > Tolerance * SetPoint.Value;
        outside = isOutside ? outside + 1 : 0;
        overloaded = reading.Power?.Value > wattsMax.Value ? overloaded + 1 : 0;
    }

    private static FaultKind KindOf(in RailReading reading) =>
        reading.InputIsLow ? FaultKind.Sag : FaultKind.Regulator;

    private FaultCause? Outside(in RailReading reading) => outside >= OutsideMax
        ? new(FaultKind.Voltage, $"the rail is at {reading.Output} instead of {SetPoint}")
        : null;

    private FaultCause? Overloaded(in RailReading reading) => overloaded >= OutsideMax
        ? new(FaultKind.Overload, $"the rail gives {Load(reading)}, which is more than {wattsMax}")
        : null;

    private FaultCause? Faulty(in RailReading reading) => faulty.Step(reading.Fault is not null)
        ? new(KindOf(reading), $"the regulator reports {reading.Fault} ({Word(reading)})")
        : null;

    private static string? Load(in RailReading reading) =>
        reading.Current?.ToString() ?? reading.Power?.ToString();
}
