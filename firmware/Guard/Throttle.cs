using Drivers;

namespace Firmware.Guard;

/// <summary>Something that keeps the clock of a board below what is desired.</summary>
/// <param name="Reason">In a few words for a person: "power limit 15.0 W".</param>
public readonly record struct ClockLimit(Megahertz Clock, string Reason);

/// <summary>What the limits judge by, once a tick.</summary>
/// <param name="Heat">How hot it is.</param>
/// <param name="Power">What is drawn.</param>
/// <param name="Granted">What the chips may have now.</param>
/// <param name="Paused">The clock is to go down: a pause.</param>
public readonly record struct ThrottleView(HeatState Heat, PowerView Power, Megahertz Granted, bool Paused);

/// <summary>
/// All that limits the clock of a board that has power, side by side: what is granted is the lowest of them. Holds no
/// hardware and reads no clock.
/// </summary>
/// <param name="voltsFor">What the rail gets for a clock; null on a board without one.</param>
public sealed class Throttle(ClockSteps steps, Func<Megahertz, Volts>? voltsFor)
{
    private readonly HeatSteps heat = new(steps);
    private readonly PowerCap power = new(steps, voltsFor);
    private readonly ClockRamp ramp = new(steps);
    private SetPoints? desired;
    private (Megahertz?, Megahertz?) told;

    /// <summary>What heat and power limit have changed in the last step, for the log; or null.</summary>
    public string? Change { get; private set; }

    /// <summary>What others than these steps take off the clock.</summary>
    public IReadOnlyList<ClockLimit> Others { get; set; } = [];

    /// <summary>Heat has taken something off the clock.</summary>
    public bool IsReducedByHeat => heat.Cap is not null;

    /// <summary>The clock is down for a pause: the power may go.</summary>
    public bool IsDown => ramp.IsDown;

    /// <summary>What stands between the desired clock and what is granted; the lowest first.</summary>
    public IEnumerable<ClockLimit> Limits => Caps().OrderBy(limit => limit.Clock.Value);

    /// <summary>Power has come up.</summary>
    /// <param name="afterPause">The clock begins at the lowest.</param>
    public void Begin(SetPoints setPoints, bool afterPause, TimeSpan now)
    {
        desired = setPoints;
        heat.Reset();
        ramp.Begin(afterPause, now);
    }

    public void Step(in ThrottleView view, SetPoints setPoints, TimeSpan now)
    {
        desired = setPoints;
        heat.Step(view.Heat, view.Granted, setPoints.Clock, now);
        power.Step(setPoints.PowerLimit, view.Power, view.Granted, setPoints.Clock, now);
        ramp.Step(view.Paused, view.Power.Clock, view.Granted, setPoints.Clock, setPoints.Ramp, now);
        Change = told == (heat.Cap, power.Cap) ? null : Words();
        told = (heat.Cap, power.Cap);
    }

    /// <summary>What may be granted as far as these limits go.</summary>
    public Megahertz Permitted(SetPoints setPoints)
    {
        var permitted = setPoints.Clock;
        foreach (var limit in Caps())
        {
            permitted = limit.Clock.Value < permitted.Value ? limit.Clock : permitted;
        }

        return permitted;
    }

    private string Words() => Limits.FirstOrDefault() is { Reason: { } reason } first
        ? $"{first.Clock} at most: {reason}"
        : "the clock is limited no longer";

    private IEnumerable<ClockLimit> Caps()
    {
        if (heat.Cap is { } hot)
        {
            yield return new(hot, $"heat: {heat.Reason}");
        }

        if (power.Cap is { } capped)
        {
            yield return new(
                capped,
                $"power limit {desired?.PowerLimit}" + (power.IsOutOfReach ? ", which the lowest clock exceeds" : ""));
        }

        foreach (var other in Others)
        {
            yield return other;
        }

        if (ramp.Cap is { } ramped)
        {
            yield return new(ramped, desired is { IsPaused: true } ? "paused" : "ramp after a pause");
        }
    }
}
