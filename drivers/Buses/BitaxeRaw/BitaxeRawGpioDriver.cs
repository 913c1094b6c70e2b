using System.Device.Gpio;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>
/// The bridge's pins. Their direction is fixed by its firmware, so opening and setting a mode touch no wire; there
/// are no events.
/// </summary>
public sealed class BitaxeRawGpioDriver(BridgePort port) : GpioDriver
{
    protected override int PinCount => 256;

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

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode is PinMode.Output or PinMode.Input;

    /// <summary>The level the bridge reads, of outputs too.</summary>
    protected override PinValue Read(int pinNumber)
    {
        Span<byte> level = stackalloc byte[1];
        port.Ask(BridgePage.Gpio, (byte)pinNumber, [], level);
        return level[0] switch
        {
            0 => PinValue.Low,
            1 => PinValue.High,
            var other => throw new IOException($"The bridge says that pin {pinNumber} is at level {other}."),
        };
    }

    protected override void Write(int pinNumber, PinValue value) =>
        port.Tell(BridgePage.Gpio, (byte)pinNumber, [value == PinValue.High ? (byte)1 : (byte)0]);

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw NoEvents();

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw NoEvents();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw NoEvents();

    private static NotSupportedException NoEvents() => new("The bridge tells a pin's level only when asked.");
}
