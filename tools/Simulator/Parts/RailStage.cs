namespace Simulator.Parts;

/// <summary>The power half of the regulator: an output that rises by a ramp and falls by its load.</summary>
internal sealed class RailStage
{
    private const double DischargeSeconds = 0.015;

    /// <summary>What a meter on the output shows.</summary>
    public double Volts { get; private set; }

    /// <summary>Whether the stage drives its output.</summary>
    public bool On { get; private set; }

    /// <summary>When it last stopped driving, on <see cref="MonotonicClock"/>.</summary>
    public TimeSpan? OffAt { get; private set; }

    /// <summary>A board that its last host left running.</summary>
    public void StartOn(double volts)
    {
        On = true;
        Volts = volts;
    }

    public void Drive(bool on, TimeSpan now)
    {
        if (On && !on)
        {
            OffAt = now;
        }

        On = on;
    }

    public void Advance(double seconds, double wantedVolts, double riseSeconds)
    {
        if (!On)
        {
            Volts *= Math.Exp(-seconds / DischargeSeconds);
            return;
        }

        var reach = riseSeconds > 0 ? seconds / riseSeconds * wantedVolts : wantedVolts;
        Volts += Math.Clamp(wantedVolts - Volts, -reach, reach);
    }
}
