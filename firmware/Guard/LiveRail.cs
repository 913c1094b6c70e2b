using Firmware.Link;

namespace Firmware.Guard;

/// <summary>
/// A rail that is on: watches over it, and takes it where its clock needs it. Without a rail there is nothing to do.
/// </summary>
internal sealed class LiveRail(BoardIo io)
{
    private readonly VoltageWalk walk = new(io.SetPoint, io.Parts.Points);
    private RailWatch? watch;

    /// <summary>The highest clock that the rail carries as it is now, in megahertz.</summary>
    public double Carries => walk.Carries.Value;

    /// <summary>A bring-up has proven it good.</summary>
    public void Begin(TimeSpan now)
    {
        watch = io.Parts.Rail is { } rail ? new(rail.SetPoint, rail.WattsMax) : null;
        walk.Begin(now);
    }

    /// <summary>Why the power must go, by the last reading, or null.</summary>
    public FaultCause? Trouble() => watch?.Step(io.Rail);

    /// <summary>One step of the voltage towards what the clock needs.</summary>
    /// <param name="permitted">The clock that the heat allows, in megahertz.</param>
    public void Walk(double permitted, BoardWant? want, TimeSpan now)
    {
        if (walk.Next(new(permitted), new(want?.Megahertz ?? 0), now) is { } volts)
        {
            walk.Answer(volts, io.TurnOn(volts));
            watch?.SetPoint = io.SetPoint;
        }
    }
}
