using System.Device.Gpio;

namespace Drivers.Buses.Native;

/// <summary>
/// Frees an I2C bus on which a part holds the data line low in the middle of a byte: clocks until it lets go, nine
/// times at most, and then a STOP. I2C specification UM10204, section 3.1.16. It needs both wires as pins, which a
/// controller that owns them does not give away.
/// </summary>
/// <param name="data">SDA. Low is driven, high is let go: the wire's resistor pulls it up.</param>
/// <param name="clock">SCL.</param>
/// <param name="pause">Half a clock; 5 µs at 100 kHz.</param>
public sealed class BusRecovery(GpioPin data, GpioPin clock, Action pause)
{
    private const int ClocksMax = 9;

    /// <summary>True where both lines are high afterwards. Trouble with the pins is false as well.</summary>
    public bool TryFree()
    {
        try
        {
            LetGo(data);
            LetGo(clock);
            for (var i = 0; i < ClocksMax && data.Read() == PinValue.Low; i++)
            {
                Pull(clock);
                LetGo(clock);
            }

            // STOP: data rises while the clock is high.
            Pull(clock);
            Pull(data);
            LetGo(clock);
            LetGo(data);
            return data.Read() == PinValue.High && clock.Read() == PinValue.High;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Pull(GpioPin wire)
    {
        wire.SetPinMode(PinMode.Output);
        wire.Write(PinValue.Low);
        pause();
    }

    private void LetGo(GpioPin wire)
    {
        wire.SetPinMode(PinMode.Input);
        pause();
    }
}
