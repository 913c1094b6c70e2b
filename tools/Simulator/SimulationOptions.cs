using Simulator.Parts;

namespace Simulator;

/// <summary>How a simulated board differs from the one in its file, and from the middle of the road.</summary>
public sealed record SimulationOptions
{
    /// <summary>Written into the board file; null keeps the file's clock.</summary>
    public double? Megahertz { get; init; }

    /// <summary>Written into the board file: 64 makes about 4 results a second. Null keeps the file's.</summary>
    public int? Ticket { get; init; } = 64;

    /// <summary>Null takes what the product name in the file stands for.</summary>
    public BridgeFraming? Framing { get; init; }

    /// <summary>How much faster than life the metal heats and cools.</summary>
    public double ThermalSpeed { get; init; } = 1;

    /// <summary>The metal's temperature at the start, in degrees Celsius.</summary>
    public double StartDegrees { get; init; } = 25;

    /// <summary>The last host died and left the rail on and the reset released.</summary>
    public bool StartPowered { get; init; }

    /// <summary>
    /// A pause inside a request longer than this drops it. The firmware waits 4 ms; the simulator cannot tell a slow
    /// host from its own late reading on a busy machine, so it waits longer.
    /// </summary>
    public TimeSpan RequestGap { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The relative difference of baud rates at which bytes still arrive. A receiver that samples in mid-bit stands
    /// 5 %; a Gamma runs its chip at 1,041,667 against 1,000,000 and works, which is 4 %.
    /// </summary>
    public double BaudTolerance { get; init; } = 0.045;

    /// <summary>What a USB round trip adds to each transfer.</summary>
    public TimeSpan BridgeLatency { get; init; } = TimeSpan.FromMilliseconds(1);
}
