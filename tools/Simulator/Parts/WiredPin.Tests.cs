using System.Device.Gpio;

namespace Simulator.Parts;

/// <summary>One wire to a simulated part, as the product meets a pin.</summary>
internal sealed class WiredPin(Action<bool> write, Func<bool> read) : GpioDriver
{
    protected override int PinCount => 1;

    public static GpioPin To(Action<bool> write, Func<bool> read) =>
        new GpioController(new WiredPin(write, read)).OpenPin(0);

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
    }

    protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => read();

    protected override void Write(int pinNumber, PinValue value) => write(value == PinValue.High);

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw new NotSupportedException();
}
