using System.Device.Pwm;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>
/// A fan output of the bridge, in whole percents. It cannot be read back: what it says is what the bridge took last.
/// </summary>
internal sealed class BridgePwm(BridgePort port, byte channel, int hertz) : PwmChannel
{
    private const byte SetPercent = 0x10;

    private double duty;

    /// <summary>The bridge's firmware has set it.</summary>
    public override int Frequency { get; set; } = hertz;

    public override double DutyCycle
    {
        get => duty;
        set
        {
            port.Tell(
                BridgePage.Fan,
                (byte)(SetPercent + channel),
                [(byte)Math.Round(value * 100, MidpointRounding.AwayFromZero)]);
            duty = value;
        }
    }

    /// <summary>It always runs.</summary>
    public override void Start()
    {
    }

    public override void Stop() => DutyCycle = 0;
}
