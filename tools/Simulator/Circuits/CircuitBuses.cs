using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;
using Drivers.Buses;

namespace Simulator.Circuits;

/// <summary>A circuit as the product meets it: devices and pins. What nothing answers to is an IOException.</summary>
/// <param name="hangs">True while the I2C buses hang.</param>
internal sealed class CircuitBuses(Circuit circuit, Func<bool> hangs) : IBuses
{
    private readonly GpioController pins = new(new CircuitPins(circuit));
    private readonly List<Channel> channels = [];

    public string DeadMan => "none";

    public I2cDevice OpenI2c(int address, int bus = 0) => new Device(circuit, hangs, bus, address);

    public GpioPin OpenOutput(int pin) => pins.OpenPin(pin);

    public GpioPin OpenInput(int pin) => pins.OpenPin(pin);

    public PwmChannel OpenPwm(int chip, int channel, int hertz)
    {
        var opened = new Channel(circuit.Parts.Pins.Channel(chip, channel), hertz);
        channels.Add(opened);
        return opened;
    }

    public double? ReadAnalogue(int input) => circuit.ReadAnalogue(input);

    public void Dispose()
    {
        channels.ForEach(channel => channel.Dispose());
        pins.Dispose();
    }

    private sealed class Channel(PwmOutput output, int hertz) : PwmChannel
    {
        public override int Frequency { get; set; } = hertz;

        public override double DutyCycle
        {
            get => output.Duty;
            set => output.Duty = value;
        }

        public override void Start() => output.Runs = true;

        public override void Stop() => output.Runs = false;
    }

    private sealed class Device(Circuit circuit, Func<bool> hangs, int bus, int address) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

        public override void Read(Span<byte> buffer) => Transfer([], buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => Transfer(buffer, []);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
            Transfer(writeBuffer, readBuffer);

        private void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
        {
            if (hangs())
            {
                throw new IOException("The bus hangs.");
            }

            if (!circuit.Transfer(bus, address, write, read))
            {
                throw new IOException($"No acknowledge from 0x{address:X2}.");
            }
        }
    }
}

/// <summary>The pins of a circuit. They keep their levels until the first write, as a board's do.</summary>
internal sealed class CircuitPins : GpioDriver
{
    private readonly Circuit circuit;
    private readonly Dictionary<int, PinChangeEventHandler> falling = [];

    public CircuitPins(Circuit circuit)
    {
        this.circuit = circuit;
        circuit.Parts.Pins.Fell += Tell;
    }

    protected override int PinCount => 1024;

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

    protected override PinValue Read(int pinNumber) => circuit.TryReadPin(pinNumber, out var level)
        ? level
        : throw new IOException($"Nothing is wired to pin {pinNumber}.");

    protected override void Write(int pinNumber, PinValue value)
    {
        if (!circuit.TryWritePin(pinNumber, value == PinValue.High))
        {
            throw new IOException($"Nothing is wired to pin {pinNumber}.");
        }
    }

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        falling[pinNumber] = falling.TryGetValue(pinNumber, out var others) ? others + callback : callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        falling.Remove(pinNumber);

    protected override void Dispose(bool disposing)
    {
        circuit.Parts.Pins.Fell -= Tell;
        base.Dispose(disposing);
    }

    private void Tell(int pin, int edges)
    {
        if (falling.TryGetValue(pin, out var callback))
        {
            for (var i = 0; i < edges; i++)
            {
                callback(this, new PinValueChangedEventArgs(PinEventTypes.Falling, pin));
            }
        }
    }
}
