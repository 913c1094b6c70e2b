using Drivers;

namespace Firmware.Guard;

/// <summary>
/// Lowers the clock of a hot board step by step, as long as it does not cool, and raises it again when there has been
/// room for a while. What had to be taken back soon after it was given is tried ever more rarely, so that a board in a
/// hot room finds its clock and stays there. Holds no hardware and reads no clock.
/// </summary>
public sealed class HeatSteps(ClockSteps steps)
{
    /// <summary>Between two steps down, while there is time.</summary>
    public static readonly TimeSpan DownEvery = TimeSpan.FromSeconds(5);

    /// <summary>There must be room for so long before a step up.</summary>
    public static readonly TimeSpan UpAfter = TimeSpan.FromSeconds(30);

    /// <summary>The same where there is twice the room: whatever failed before, it is cooler now.</summary>
    public static readonly TimeSpan UpAfterLeast = TimeSpan.FromSeconds(10);

    /// <summary>The longest that it waits before a step that failed is tried again.</summary>
    public static readonly TimeSpan UpAfterMost = TimeSpan.FromMinutes(30);

    /// <summary>Half of the way from critical to off is gone: now every tick is a step.</summary>
    private const double Urgent = 0.5;

    /// <summary>Cooler by so much, in °C, since it was last looked: the steps so far do their work.</summary>
    private const double Cools = 0.2;

    /// <summary>A step up that is taken back within it was too much.</summary>
    private static readonly TimeSpan Regret = TimeSpan.FromMinutes(10);

    private TimeSpan upAfter = UpAfter;
    private TimeSpan? roomSince;
    private TimeSpan? raisedAt;
    private TimeSpan lookedAt;
    private double aboveThen;

    /// <summary>Null where the heat asks for nothing.</summary>
    public Megahertz? Cap { get; private set; }

    /// <summary>What made it so, in words.</summary>
    public string Reason { get; private set; } = "";

    public void Reset()
    {
        Cap = null;
        roomSince = null;
        raisedAt = null;
        upAfter = UpAfter;
    }

    /// <param name="granted">What the chips may have now, by this and all other limits.</param>
    /// <param name="desired">What they may have without limits.</param>
    public void Step(in HeatState heat, Megahertz granted, Megahertz desired, TimeSpan now)
    {
        if (heat.Above >= 0)
        {
            roomSince = null;
            Lower(heat, granted, now);
            return;
        }

        roomSince = heat.Above <= -ThermalControl.Hysteresis ? roomSince ?? now : null;
        var patience = heat.Above <= -2 * ThermalControl.Hysteresis ? UpAfterLeast : upAfter;
        if (Cap is { } cap && now - roomSince >= patience)
        {
            roomSince = now;
            raisedAt = now;
            var next = steps.Above(cap);
            Cap = next.Value < desired.Value ? next : null;
            Reason = $"{heat.Hottest}: one step up";
        }

        if (now - raisedAt >= Regret)
        {
            upAfter = UpAfter;
        }
    }

    private void Lower(in HeatState heat, Megahertz granted, TimeSpan now)
    {
        var isDue = Cap is null || heat.Severity >= Urgent || now - lookedAt >= DownEvery;
        if (!isDue)
        {
            return;
        }

        var cools = Cap is not null && heat.Above <= aboveThen - Cools;
        lookedAt = now;
        aboveThen = heat.Above;
        if (cools)
        {
            return;
        }

        if (now - raisedAt < Regret)
        {
            upAfter = upAfter * 2 < UpAfterMost ? upAfter * 2 : UpAfterMost;
            raisedAt = null;
        }

        Cap = steps.Below(Cap is { } cap && cap.Value < granted.Value ? cap : granted);
        Reason = heat.Hottest;
    }
}
