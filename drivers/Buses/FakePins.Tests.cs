using System.Device.Gpio;

namespace Drivers.Buses;

/// <summary>Pins that keep their level and tell their edges; every write is kept in <see cref="Writes"/>.</summary>
internal sealed class FakePins : GpioDriver
{
    private readonly Dictionary<int, PinValue> levels = [];
    private PinChangeEventHandler? watcher;

    /// <summary>Whatever is asked of a pin fails, as on a bus that is gone.</summary>
    public bool Broken { get; set; }

    /// <summary>The pins keep their level whatever is written.</summary>
    public bool Stuck { get; set; }

    public List<string> Writes { get; } = [];

    public PinValue this[int pin] { get => levels.GetValueOrDefault(pin, PinValue.Low); set => levels[pin] = value; }

    protected override int PinCount => 64;

    /// <summary>An opened output of these pins.</summary>
    public GpioPin Open(int pin) => new GpioController(this).OpenPin(pin);

    public void Tell(int pin, PinEventTypes edge) => watcher!(this, new PinValueChangedEventArgs(edge, pin));

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

    protected override PinValue Read(int pinNumber) => Broken ? throw Gone() : this[pinNumber];

    protected override void Write(int pinNumber, PinValue value)
    {
        if (Broken)
        {
            throw Gone();
        }

        Writes.Add($"{pinNumber} {value}");
        this[pinNumber] = Stuck ? this[pinNumber] : value;
    }

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        watcher = Broken ? throw Gone() : callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        watcher = null;

    private static IOException Gone() => new("The pin does not answer.");
}
