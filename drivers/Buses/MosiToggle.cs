using System.Device.Gpio;

namespace Drivers.Buses;

/// <summary>
/// Makes a chain of Bitfury chips listen from the start: with the clock line held high, the data line goes up and down
/// (64 times in the field; 8 to 16 do for short chains). The bus itself cannot do this, so two pins of their own are
/// wired to its lines; they drive them only meanwhile.
/// </summary>
/// <param name="clock">On SCK.</param>
/// <param name="data">On MOSI.</param>
public sealed class MosiToggle(GpioPin clock, GpioPin data, int times = MosiToggle.UsualTimes)
{
    public const int UsualTimes = 64;

    public void Apply()
    {
        clock.SetPinMode(PinMode.Output);
        data.SetPinMode(PinMode.Output);
        clock.Write(PinValue.High);
        for (var i = 0; i < times; i++)
        {
            data.Write(PinValue.High);
            data.Write(PinValue.Low);
        }

        clock.Write(PinValue.Low);
        clock.SetPinMode(PinMode.Input);
        data.SetPinMode(PinMode.Input);
    }
}
