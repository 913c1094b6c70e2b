using System.Device.Pwm;

namespace Drivers.Buses.Native;

/// <summary>A PWM channel of this machine, opened when it is first told something; trouble is an IOException.</summary>
/// <param name="open">Chip, channel and hertz in; not started yet.</param>
public sealed class NativePwm(int chip, int channel, int hertz, Func<int, int, int, PwmChannel> open) : PwmChannel
{
    private PwmChannel? opened;

    public override int Frequency
    {
        get => Guarded(pwm => pwm.Frequency);
        set => Guarded(pwm => pwm.Frequency = value);
    }

    public override double DutyCycle
    {
        get => Guarded(pwm => pwm.DutyCycle);
        set => Guarded(pwm => pwm.DutyCycle = value);
    }

    public override void Start() => Guarded(pwm =>
    {
        pwm.Start();
        return true;
    });

    public override void Stop() => Guarded(pwm =>
    {
        pwm.Stop();
        return true;
    });

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            opened?.Dispose();
            opened = null;
        }

        base.Dispose(disposing);
    }

    private T Guarded<T>(Func<PwmChannel, T> act)
    {
        try
        {
            return act(opened ??= open(chip, channel, hertz));
        }
        catch (Exception refusal) when (refusal is not IOException)
        {
            throw new IOException(
                $"/sys/class/pwm/pwmchip{chip}, channel {channel}, cannot be used: {refusal.Message}", refusal);
        }
    }
}
