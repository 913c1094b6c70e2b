using Drivers;

namespace Firmware.Guard;

/// <summary>What a board draws and at which clock and voltage it does; what is not known is null.</summary>
public readonly record struct PowerView(Watts? Drawn, Megahertz Clock, Volts? Set);

/// <summary>
/// Keeps a board below a number of watts by its clock. Power is foreseen from what is measured now, and twice with
/// caution: on the way down a quarter of it is taken not to follow the clock, on the way up all of it is. So the first
/// step down is nearly always enough, and no step up leads above the limit. Holds no hardware and reads no clock.
/// </summary>
/// <param name="voltsFor">What the rail gets for a clock; null on a board without one.</param>
public sealed class PowerCap(ClockSteps steps, Func<Megahertz, Volts>? voltsFor)
{
    /// <summary>The clock, the voltage and the meter need so long to follow.</summary>
    public static readonly TimeSpan Follows = TimeSpan.FromSeconds(2);

    /// <summary>Between two steps up.</summary>
    public static readonly TimeSpan UpEvery = TimeSpan.FromSeconds(5);

    /// <summary>Of the limit: what a step up may lead to at most.</summary>
    private const double UpTo = 0.98;

    private const double Leakage = 0.25;
    private const int SamplesMax = 2;

    private TimeSpan changedAt;
    private int above;

    /// <summary>Null where there is no limit, or it asks for nothing.</summary>
    public Megahertz? Cap { get; private set; }

    /// <summary>The lowest clock is not enough to stay below the limit.</summary>
    public bool IsOutOfReach { get; private set; }

    /// <param name="granted">What the chips may have now, by this and all other limits.</param>
    /// <param name="desired">What they may have without limits.</param>
    public void Step(Watts? limit, in PowerView view, Megahertz granted, Megahertz desired, TimeSpan now)
    {
        if (limit is not { } most)
        {
            Cap = null;
            IsOutOfReach = false;
            return;
        }

        if (view.Drawn is not { } drawn || view.Clock.Value < steps.Lowest.Value)
        {
            return; // Nothing is known, or nothing runs: what was found out before still holds.
        }

        above = drawn.Value > most.Value ? above + 1 : 0;
        if (above >= SamplesMax || drawn.Value > most.Value * 1.1)
        {
            Lower(most, drawn, view, granted, now);
        }
        else if (Cap is { } cap && now - changedAt >= UpEvery && view.Clock.Value >= steps.Below(cap).Value)
        {
            Raise(most, drawn, view, cap, desired, now);
        }
    }

    private void Lower(Watts most, Watts drawn, in PowerView view, Megahertz granted, TimeSpan now)
    {
        // A clock that is still on its way down tells nothing new.
        if (Cap is { } cap && view.Clock.Value > cap.Value && now - changedAt < Follows)
        {
            return;
        }

        var from = view.Clock.Value < granted.Value ? view.Clock : granted;
        var next = steps.Below(from);
        while (next.Value > steps.Lowest.Value && Foreseen(next, drawn, view, Leakage) > most.Value)
        {
            next = steps.Below(next);
        }

        IsOutOfReach = next.Value <= steps.Lowest.Value && from.Value <= steps.Lowest.Value;
        Cap = next;
        changedAt = now;
    }

    private void Raise(Watts most, Watts drawn, in PowerView view, Megahertz cap, Megahertz desired, TimeSpan now)
    {
        var next = steps.Above(cap);
        if (Foreseen(next, drawn, view, leakage: 0) <= most.Value * UpTo)
        {
            IsOutOfReach = false;
            Cap = next.Value < desired.Value ? next : null;
            changedAt = now;
        }
    }

    /// <summary>In watts: what does not follow the clock follows the voltage all the same.</summary>
    private double Foreseen(Megahertz clock, Watts drawn, in PowerView view, double leakage)
    {
        var volts = voltsFor is not null && view.Set is { Value: > 0 } set ? voltsFor(clock).Value / set.Value : 1;
        return drawn.Value * volts * volts * (leakage + (1 - leakage) * clock.Value / view.Clock.Value);
    }
}
