using Drivers;

namespace Firmware.Guard;

/// <summary>What a healthy board draws and finds.</summary>
/// <param name="Watts">At this clock and these volts, as the board's own meter shows it.</param>
/// <param name="ResultsPerMegahertz">A second.</param>
public sealed record EnergyModel(Watts Watts, Megahertz Clock, Volts Volts, double ResultsPerMegahertz);

/// <summary>
/// Holds the measured watts against what clock, voltage and results say. They may differ by a quarter, and by more
/// where the model itself is less sure: nobody knows how much of the power follows the clock. Chips that find nothing
/// may draw as little as they like, but never more than hashing chips do. Holds no hardware and reads no clock.
/// </summary>
public sealed class EnergyCheck(EnergyModel model)
{
    /// <summary>How far measured and expected may be apart, as a part of the expected.</summary>
    public const double Tolerance = 0.25;

    /// <summary>For so long they may be further apart: a ramp takes less.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(10);

    /// <summary>How far one healthy piece of silicon may be from the next; learned slowly, and never beyond.</summary>
    public const double LotteryMax = 0.15;

    private const double LearnSeconds = 60;
    private const double ResultSeconds = 30;

    /// <summary>Between nothing and this of the watts do not follow the clock.</summary>
    private const double LeakageMost = 0.25;

    private const double LeakageLikely = 0.1;

    /// <summary>Of the model's watts: what meters are off by when little flows.</summary>
    private const double Slack = 0.05;

    /// <summary>With less than this of the results nothing is known about who hashes.</summary>
    private const double ActivityLeast = 0.5;

    private TimeSpan? apartSince;
    private TimeSpan lastStep;
    private double smoothed;

    /// <summary>What this board draws of what the model says.</summary>
    public double Scale { get; private set; } = 1;

    /// <summary>What it should draw, for people; null while nothing is judged.</summary>
    public Watts? Expected { get; private set; }

    /// <summary>Power has come up: what was before says nothing any more.</summary>
    public void Begin(TimeSpan now)
    {
        apartSince = null;
        Expected = null;
        smoothed = 0;
        lastStep = now;
    }

    /// <summary>Why the power must go, or null.</summary>
    public FaultCause? Step(in PowerView view, double resultsPerSecond, TimeSpan now)
    {
        var seconds = Math.Clamp((now - lastStep).TotalSeconds, 0, 2);
        lastStep = now;
        if (view is not { Drawn: { } drawn, Set: { } set })
        {
            return null; // Silence of the meter has its own end, in RailWatch.
        }

        var speed = view.Clock.Value / model.Clock.Value;
        var whole = model.Watts.Value * Math.Pow(set.Value / model.Volts.Value, 2);
        var activity = Activity(resultsPerSecond, view.Clock, seconds);
        Expected = new Watts(Scale * whole * Follows(speed, LeakageLikely));

        var most = Scale * (1 + Tolerance) * whole * Math.Max(Follows(speed, LeakageMost), speed);
        var least = activity < ActivityLeast
            ? 0
            : Scale * (1 - Tolerance) * whole * Math.Min(Follows(speed, LeakageMost), speed) * activity;
        var slack = Slack * model.Watts.Value;
        var isApart = drawn.Value > most + slack || drawn.Value < least - slack;
        apartSince = isApart ? apartSince ?? now : null;
        if (!isApart)
        {
            Learn(drawn.Value, whole, speed, activity, seconds);
        }

        return now - apartSince < Lasts || apartSince is null
            ? null
            : new(
                FaultKind.Energy,
                $"the board draws {drawn}, and {Expected} is what {view.Clock} at {set} and its results explain");
    }

    /// <summary>The part that follows the clock, and the part that does not.</summary>
    private static double Follows(double speed, double leakage) => leakage + (1 - leakage) * speed;

    /// <summary>
    /// How much of the chips' work is seen in results, 0 to 1: the less of what was found lately and over a longer
    /// time, so that neither a lucky moment nor a past one stands for work.
    /// </summary>
    private double Activity(double resultsPerSecond, Megahertz clock, double seconds)
    {
        var expected = model.ResultsPerMegahertz * clock.Value;
        var found = expected > 0 ? Math.Min(resultsPerSecond / expected, 1) : 0;
        smoothed += (found - smoothed) * seconds / (ResultSeconds + seconds);
        return Math.Min(found, smoothed);
    }

    /// <summary>Only from a board at work near its own clock: elsewhere the model may be what is off.</summary>
    private void Learn(double drawn, double whole, double speed, double activity, double seconds)
    {
        if (activity >= ActivityLeast && speed is > 0.7 and < 1.2)
        {
            var seen = drawn / (whole * Follows(speed, LeakageLikely));
            Scale = Math.Clamp(
                Scale + (seen - Scale) * seconds / (LearnSeconds + seconds), 1 - LotteryMax, 1 + LotteryMax);
        }
    }
}
