using Drivers;

namespace Firmware.Guard;

/// <summary>
/// Takes the clock down before a pause, and up after it, in a time that somebody has set: a house's wiring, or a
/// supply, may not like a step. Holds no hardware and reads no clock.
/// </summary>
public sealed class ClockRamp(ClockSteps steps)
{
    /// <summary>What the chips take to the bottom once it is granted; a mine that hangs is not waited for.</summary>
    public static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(10);

    private const double AsGoodAsLowest = 1.2;

    private TimeSpan lastStep;
    private TimeSpan? lowestSince;

    /// <summary>Null where the ramp asks for nothing.</summary>
    public Megahertz? Cap { get; private set; }

    /// <summary>The clock is down: the power may go.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Power has come up.</summary>
    /// <param name="fromBottom">It was off for a pause: the clock begins at the lowest.</param>
    public void Begin(bool fromBottom, TimeSpan now)
    {
        Cap = fromBottom ? steps.Lowest : null;
        IsDown = false;
        lowestSince = null;
        lastStep = now;
    }

    /// <param name="down">Towards a pause.</param>
    /// <param name="clock">What the chips run at.</param>
    /// <param name="granted">What they may have now, by this and all other limits.</param>
    /// <param name="desired">What they may have without limits.</param>
    /// <param name="whole">What the whole way from desired to lowest takes.</param>
    public void Step(bool down, Megahertz clock, Megahertz granted, Megahertz desired, TimeSpan whole, TimeSpan now)
    {
        var way = (desired.Value - steps.Lowest.Value) * (now - lastStep) / whole;
        lastStep = now;
        if (!down)
        {
            IsDown = false;
            lowestSince = null;
            Cap = Cap is { } up && up.Value + way < desired.Value ? new Megahertz(up.Value + way) : null;
            return;
        }

        var from = Cap is { } cap && cap.Value < granted.Value ? cap : granted;
        Cap = new Megahertz(Math.Max(steps.Lowest.Value, from.Value - way));
        lowestSince = Cap.Value.Value <= steps.Lowest.Value ? lowestSince ?? now : null;
        IsDown = lowestSince is { } since
            && (clock.Value <= steps.Lowest.Value * AsGoodAsLowest || now - since >= FollowsWithin);
    }
}
