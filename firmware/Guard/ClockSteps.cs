using Drivers;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>
/// The steps in which a board's clock is lowered and raised again: never finer than 25 MHz, or than a twentieth of the
/// board's highest clock where that is less (a machine's cores count percents), and an operating point on the way is
/// never jumped over, so that the voltage goes along.
/// </summary>
/// <param name="max">The highest clock of the board.</param>
/// <param name="points">In ascending order.</param>
public sealed class ClockSteps(Megahertz max, IReadOnlyList<OperatingPoint> points)
{
    private const double Finest = 25;
    private const double OfHighest = 20;
    private const double LowestClock = 50;
    private const double Same = 1e-6;

    private readonly double step = Math.Min(Finest, max.Value / OfHighest);

    /// <summary>No limit goes below it: what must be less is switched off.</summary>
    public Megahertz Lowest { get; } = new(Math.Min(LowestClock, max.Value / OfHighest * 2));

    public Megahertz Max => max;

    /// <summary>The next lower clock, or the lowest.</summary>
    public Megahertz Below(Megahertz clock)
    {
        var next = clock.Value - step;
        foreach (var point in points)
        {
            next = point.Megahertz.Value < clock.Value - Same ? Math.Max(next, point.Megahertz.Value) : next;
        }

        return new(Math.Max(next, Lowest.Value));
    }

    /// <summary>The next higher clock, however high.</summary>
    public Megahertz Above(Megahertz clock)
    {
        var next = clock.Value + step;
        foreach (var point in points)
        {
            next = point.Megahertz.Value > clock.Value + Same ? Math.Min(next, point.Megahertz.Value) : next;
        }

        return new(next);
    }
}
