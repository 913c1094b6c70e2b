using Drivers;

namespace Firmware.Guard;

/// <summary>
/// A rail that is on: watches over it, and takes it where its clock needs it. Without a rail there is nothing to do.
/// </summary>
internal sealed class LiveRail(BoardIo io)
{
    private readonly VoltageWalk walk = new(io.SetPoint, io.Parts.Points);
    private RailWatch? watch;

    /// <summary>The highest clock that the rail carries as it is now.</summary>
    public Megahertz Carries => walk.Carries;

    /// <summary>What it was told last and has confirmed; null where there is no rail.</summary>
    public Volts? Told => io.Parts.Rail is null ? null : walk.Told;

    /// <summary>What it gets for a clock.</summary>
    public Volts VoltsFor(Megahertz clock) => walk.VoltsFor(clock);

    /// <summary>From now on this is what it has for the board's clock.</summary>
    public void Aim(Megahertz clock, Volts? volts)
    {
        if (volts is { } wanted)
        {
            walk.Aim(clock, wanted);
        }
    }

    /// <summary>A bring-up has proven it good.</summary>
    public void Begin(TimeSpan now)
    {
        watch = io.Parts.Rail is { } rail ? new(io.SetPoint, rail.WattsMax, rail.Part.MeasuresOutput) : null;
        walk.Begin(now);
    }

    /// <summary>Why the power must go, by the last reading, or null.</summary>
    public FaultCause? Trouble() => watch?.Step(io.Rail);

    /// <summary>One step of the voltage towards what the clock needs.</summary>
    /// <param name="permitted">The clock that all other limits allow.</param>
    /// <param name="reported">The clock that mine says the chips run at.</param>
    public void Walk(Megahertz permitted, Megahertz reported, TimeSpan now)
    {
        if (io.Parts.Rail is not null && walk.Next(permitted, reported, now) is { } volts)
        {
            walk.Answer(volts, io.TurnOn(volts));
            watch?.SetPoint = io.SetPoint;
        }
    }
}
