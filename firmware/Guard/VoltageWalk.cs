using Drivers;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>
/// Takes a rail from one operating point to another beside mine, which takes the clock: up, the voltage goes first and
/// the clock is granted when the rail has it; down, the clock goes first and the voltage follows. The rail is never
/// below what the highest clock needs that mine runs at or may still believe to be granted. Holds no hardware and reads
/// no clock.
/// </summary>
public sealed class VoltageWalk
{
    /// <summary>For one tick of guard: 50 mV a second.</summary>
    public static readonly Volts StepMax = new(0.025);

    /// <summary>A grant that was lowered may be held for so long: its age, and two exchanges.</summary>
    public static readonly TimeSpan GrantOutlives = Lease.AgeMax + TimeSpan.FromMilliseconds(500);

    /// <summary>Less than a regulator's own step: two voltages that differ by it are the same.</summary>
    private const double Same = 1e-4;

    private readonly IReadOnlyList<OperatingPoint> points;
    private OperatingPoint top;
    private OperatingPoint before;
    private Megahertz held;
    private TimeSpan heldAt;

    /// <param name="top">What the rail has above all points, and to begin with.</param>
    /// <param name="points">Lower clocks that need less, in ascending order; with none the voltage stays.</param>
    public VoltageWalk(Volts top, IReadOnlyList<OperatingPoint> points)
    {
        this.top = before = new(new(double.MaxValue), top);
        this.points = points;
        Told = top;
    }

    /// <summary>What the rail was told last and has confirmed.</summary>
    public Volts Told { get; private set; }

    /// <summary>The highest clock that the rail carries as it is now.</summary>
    public Megahertz Carries
    {
        get
        {
            if (Told.Value >= top.Volts.Value - Same)
            {
                return new(double.MaxValue);
            }

            var clock = new Megahertz(0);
            foreach (var point in points)
            {
                clock = point.Volts.Value <= Told.Value + Same ? point.Megahertz : clock;
            }

            // On the way up to a higher top the rail still carries what it carried at the lower one.
            return before.Volts.Value <= Told.Value + Same && before.Megahertz.Value > clock.Value
                ? before.Megahertz
                : clock;
        }
    }

    /// <summary>What the rail has above all points from now on, and up to which clock that is enough.</summary>
    public void Aim(Megahertz clock, Volts volts)
    {
        if (volts != top.Volts || clock != top.Megahertz)
        {
            before = new(new(Math.Min(Carries.Value, top.Megahertz.Value)), Told);
            top = new(clock, volts);
        }
    }

    /// <summary>A bring-up has put the rail at its set-point.</summary>
    public void Begin(TimeSpan now)
    {
        Told = top.Volts;
        before = top;
        held = new(0);
        heldAt = now;
    }

    /// <summary>The voltage to set now, or null where it is where it belongs. To be answered.</summary>
    /// <param name="permitted">The clock that guard would grant if the rail carried it.</param>
    /// <param name="reported">The clock that mine says the chips run at.</param>
    public Volts? Next(Megahertz permitted, Megahertz reported, TimeSpan now)
    {
        if (permitted.Value >= held.Value || now - heldAt >= GrantOutlives)
        {
            held = permitted;
            heldAt = now;
        }

        var needed = VoltsFor(new(Math.Max(held.Value, reported.Value)));
        var difference = needed.Value - Told.Value;
        return Math.Abs(difference) < Same
            ? null
            : new Volts(Told.Value + Math.Clamp(difference, -StepMax.Value, StepMax.Value));
    }

    /// <param name="volts">What was set.</param>
    /// <param name="obeyed">The rail reads back what it was told. Where it does not, it is asked again.</param>
    public void Answer(Volts volts, bool obeyed)
    {
        // A rail that may have taken a lower voltage carries no more than that.
        Told = obeyed || volts.Value < Told.Value ? volts : Told;
    }

    /// <summary>
    /// Of the lowest point that is not below the clock, and never more than the top. A clock above the top's own is one
    /// that the chips still have from a higher top.
    /// </summary>
    public Volts VoltsFor(Megahertz clock)
    {
        if (clock.Value > top.Megahertz.Value + Same)
        {
            return before.Volts.Value > top.Volts.Value ? before.Volts : top.Volts;
        }

        foreach (var point in points)
        {
            if (point.Megahertz.Value >= clock.Value && point.Volts.Value < top.Volts.Value)
            {
                return point.Volts;
            }
        }

        return top.Volts;
    }
}
