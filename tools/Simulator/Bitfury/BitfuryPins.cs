using System.Device.Gpio;

namespace Simulator.Bitfury;

/// <summary>Two pins on the wires of a chain: number 10 on MOSI, number 11 on SCK, as on a Raspberry Pi.</summary>
public sealed class BitfuryPins(BitfuryWire wire) : GpioDriver
{
    public const int Mosi = 10;
    public const int Sck = 11;

    private readonly PinValue[] levels = new PinValue[Sck + 1];
    private readonly PinMode[] modes = new PinMode[Sck + 1];
    private int toggles;

    protected override int PinCount => 2;

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode) => modes[pinNumber] = mode;

    protected override PinMode GetPinMode(int pinNumber) => modes[pinNumber];

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode is PinMode.Input or PinMode.Output;

    protected override PinValue Read(int pinNumber) => levels[pinNumber];

    protected override void Write(int pinNumber, PinValue value)
    {
        var before = levels[pinNumber];
        levels[pinNumber] = value;
        if (modes[pinNumber] != PinMode.Output)
        {
            return;
        }

        if (pinNumber == Mosi && before == PinValue.High && value == PinValue.Low && levels[Sck] == PinValue.High)
        {
            toggles++;
        }
        else if (pinNumber == Sck && before == PinValue.High && value == PinValue.Low)
        {
            wire.Toggled(toggles);
            toggles = 0;
        }
    }

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(
        int pinNumber, PinChangeEventHandler callback) => throw new NotSupportedException();
}
