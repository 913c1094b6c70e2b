using Simulator.Parts;

namespace Simulator.Circuits;

/// <summary>A part where it stands on the board: what it feels, and what it does as time passes.</summary>
internal abstract class Mounted(int bus, int address, I2cPart part)
{
    public int Bus => bus;

    public int Address => address;

    public I2cPart Part => part;

    public virtual void Advance(double seconds, TimeSpan now)
    {
    }

    /// <summary>Before each transfer and each step.</summary>
    public virtual void Feel(in Climate climate, Faults faults)
    {
    }
}

/// <summary>A four-pin fan, and what drives it.</summary>
internal sealed class MountedFan(Func<double> duty)
{
    private readonly Fan fan = new();

    /// <summary>What the part, or the pin, drives the fan with, 0 to 1.</summary>
    public double Duty => duty();

    public double Rpm => fan.Rpm;

    /// <summary>How much of its full speed it turns at, 0 to 1.</summary>
    public double Fraction => fan.Fraction;

    public void Advance(double seconds, bool stalled) => fan.Advance(seconds, Duty, stalled);
}
