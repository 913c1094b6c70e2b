using System.Device.Gpio;
using Drivers.Buses;

namespace Drivers.Displays;

/// <summary>What a light is to say to somebody who walks past.</summary>
public enum Signal : byte
{
    /// <summary>Dark: the machine is off, or nobody drives the light.</summary>
    Off,

    /// <summary>Half a second on, half off.</summary>
    Starting,

    /// <summary>On without a break.</summary>
    Mining,

    /// <summary>A short flash every two seconds.</summary>
    Idle,

    /// <summary>Two short flashes every second.</summary>
    Fault,
}

/// <summary>One light on a pin. Told the signal and the time at every tick, it needs no thread of its own.</summary>
/// <param name="lit">The level at which it shines.</param>
public sealed class StatusLight(GpioPin pin, PinValue lit)
{
    /// <summary>Whether the light shines; patterns repeat, so that any two lights blink together.</summary>
    /// <param name="now">Time since start; it never runs backwards.</param>
    public static bool IsLit(Signal signal, TimeSpan now)
    {
        var second = now.TotalSeconds % 1;
        return signal switch
        {
            Signal.Starting => second < 0.5,
            Signal.Mining => true,
            Signal.Idle => now.TotalSeconds % 2 < 0.1,
            Signal.Fault => second is < 0.1 or >= 0.2 and < 0.3,
            _ => false,
        };
    }

    /// <summary>False where the pin did not follow; the next tick tries again.</summary>
    public bool TryShow(Signal signal, TimeSpan now) => pin.TryKeep(IsLit(signal, now) ? lit : !lit);
}
