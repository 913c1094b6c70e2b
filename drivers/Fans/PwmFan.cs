using System.Device.Gpio;
using System.Device.Pwm;

namespace Drivers.Fans;

/// <summary>
/// A four-wire fan on this machine's own pins: a PWM channel, whose frequency was set by whoever opened it (25 kHz for
/// most fans), and the tach on a pin that can tell its edges. No part stands between, so there is no identity, and
/// nothing drives the fan when the machine dies.
/// </summary>
/// <param name="tach">Null where the fan has no such wire.</param>
/// <param name="pulsesPerTurn">Falling edges of the tach a revolution; 2 for nearly every fan.</param>
public sealed class PwmFan(PwmChannel pwm, GpioPin? tach, int pulsesPerTurn, TimeProvider time) : IFan
{
    private readonly PulseMeter meter = new(pulsesPerTurn);
    private readonly long start = time.GetTimestamp();
    private long pulses;
    private bool counting;
    private bool started;

    public bool TryDrive(DutyCycle duty)
    {
        try
        {
            pwm.DutyCycle = duty.Fraction;
            if (!started)
            {
                pwm.Start();
                started = true;
            }

            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            started = false;
            return false;
        }
    }

    /// <summary>Null until the channel runs.</summary>
    public DutyCycle? ReadDuty() => started ? new DutyCycle(pwm.DutyCycle) : null;

    public FanReading ReadSpeed() => tach is null ? FanFault.NoTach
        : counting || TryCount(tach) ? meter.Step(Interlocked.Read(ref pulses), time.GetElapsedTime(start))
        : FanFault.NoAnswer;

    private bool TryCount(GpioPin wire)
    {
        try
        {
            wire.ValueChanged += CountFalling;
            return counting = true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void CountFalling(object sender, PinValueChangedEventArgs edge)
    {
        if (edge.ChangeType == PinEventTypes.Falling)
        {
            Interlocked.Increment(ref pulses);
        }
    }
}
