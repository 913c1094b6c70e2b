using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;

namespace Drivers.Buses;

/// <summary>
/// The buses of one board: a USB bridge's, the machine's own, or a simulator's. Opening touches no wire, so that a
/// board with a dead part can still be opened and made safe; trouble shows at the first transfer, as IOException.
/// </summary>
public interface IBuses : IDisposable
{
    /// <param name="address">7 bits, without the read/write bit.</param>
    /// <param name="bus">Which bus, as the kernel counts them; a bridge has one.</param>
    I2cDevice OpenI2c(int address, int bus = 0);

    /// <summary>An output. It keeps the level it has until the first <see cref="GpioPin.Write"/>.</summary>
    GpioPin OpenOutput(int pin);

    /// <summary>An input, which is never driven.</summary>
    GpioPin OpenInput(int pin);

    /// <summary>A PWM output. It does nothing until it is started.</summary>
    PwmChannel OpenPwm(int chip, int channel, int hertz);

    /// <summary>The part of its full scale, 0 to 1, that an analogue input shows; null where it is silent.</summary>
    double? ReadAnalogue(int input);

    /// <summary>What cuts the power below our processes, in plain words; "none" where nothing does.</summary>
    string DeadMan { get; }

    /// <summary>
    /// From now on, transfers that fail may cost so long in all; once that is used up, each one fails at once. A tick
    /// with twenty transfers on a dead bus thus ends in time. Buses that fail at once anyway need not do anything.
    /// </summary>
    void LimitTrouble(TimeSpan atMost)
    {
    }
}
