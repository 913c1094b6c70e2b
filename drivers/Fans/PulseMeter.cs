namespace Drivers.Fans;

/// <summary>
/// Turns a running count of tach pulses into revolutions per minute. Holds no pin and reads no clock.
/// </summary>
/// <param name="pulsesPerTurn">2 for nearly every fan.</param>
public sealed class PulseMeter(int pulsesPerTurn)
{
    /// <summary>Shorter than this one pulse more or less is too many rpm; the last value is told again.</summary>
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(250);

    private const double FastestRpm = 30_000;

    private (long Pulses, TimeSpan At)? windowStart;
    private FanReading last;

    /// <summary>"Not read" until the first window has passed.</summary>
    /// <param name="pulses">All pulses so far.</param>
    /// <param name="now">Time since start; it never runs backwards.</param>
    public FanReading Step(long pulses, TimeSpan now)
    {
        if (windowStart is not { } start)
        {
            windowStart = (pulses, now);
        }
        else if (now - start.At >= ShortestWindow)
        {
            last = Judge((pulses - start.Pulses) / (double)pulsesPerTurn / (now - start.At).TotalMinutes);
            windowStart = (pulses, now);
        }

        return last;
    }

    private static FanReading Judge(double rpm) => rpm switch
    {
        0 => FanFault.Stopped,
        > FastestRpm => FanFault.Implausible, // A wire that rings.
        _ => new Rpm(rpm),
    };
}
