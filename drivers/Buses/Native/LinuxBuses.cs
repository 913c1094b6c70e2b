using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;
using System.Diagnostics;

namespace Drivers.Buses.Native;

/// <summary>The wires of an I2C bus as lines of the board's GPIO chip.</summary>
public readonly record struct I2cPins(int Data, int Clock);

/// <summary>
/// The buses of this machine: /dev/i2c-N, one GPIO chip found by its label, /sys/class/pwm. Untested on metal. Nothing
/// is opened before it is used.
/// </summary>
public sealed class LinuxBuses : IBuses
{
    private static readonly TimeSpan HalfClock = TimeSpan.FromMicroseconds(5);

    private readonly Dictionary<int, LinuxI2cBus> buses = [];
    private readonly List<PwmChannel> channels = [];
    private readonly TroubleBudget budget = new();
    private readonly GpioController pins;
    private readonly TimeSpan transferTimeout;
    private readonly Func<int, I2cPins?> wiresOf;
    private readonly IDisposable? owned;

    /// <param name="pinChip">The label of the GPIO chip that the board's pins are lines of.</param>
    /// <param name="transferTimeout">What the kernel gives one transfer, in steps of 10 ms.</param>
    /// <param name="wiresOf">A bus's wires, where they can be clocked free; null where they cannot.</param>
    /// <param name="owned">Disposed of with the buses.</param>
    public LinuxBuses(
        string pinChip, TimeSpan transferTimeout, Func<int, I2cPins?>? wiresOf = null, IDisposable? owned = null)
    {
        this.transferTimeout = transferTimeout;
        this.wiresOf = wiresOf ?? (_ => null);
        this.owned = owned;
        pins = new GpioController(new NativePins(pinChip, NativePins.OpenChip));
    }

    /// <summary>Below our processes stands nothing that belongs to the buses.</summary>
    public string DeadMan => "none";

    public I2cDevice OpenI2c(int address, int bus = 0)
    {
        if (!buses.TryGetValue(bus, out var opened))
        {
            opened = new LinuxI2cBus(
                bus, new I2cWires($"/dev/i2c-{bus}", transferTimeout), budget, RecoveryOf(bus), TimeProvider.System);
            buses.Add(bus, opened);
        }

        return opened.Open(address);
    }

    public GpioPin OpenOutput(int pin) => pins.OpenPin(pin);

    public GpioPin OpenInput(int pin) => pins.OpenPin(pin);

    public PwmChannel OpenPwm(int chip, int channel, int hertz)
    {
        var pwm = new NativePwm(chip, channel, hertz, (one, other, rate) => PwmChannel.Create(one, other, rate));
        channels.Add(pwm);
        return pwm;
    }

    /// <summary>Null: no board of ours has such an input.</summary>
    public double? ReadAnalogue(int input) => null;

    public void LimitTrouble(TimeSpan atMost) => budget.Limit(atMost);

    public void Dispose()
    {
        foreach (var bus in buses.Values)
        {
            bus.Dispose();
        }

        channels.ForEach(channel => channel.Dispose());
        pins.Dispose();
        owned?.Dispose();
    }

    private Func<bool>? RecoveryOf(int bus) => wiresOf(bus) is not { } wires ? null
        : new BusRecovery(pins.OpenPin(wires.Data), pins.OpenPin(wires.Clock), Pause).TryFree;

    private static void Pause()
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < HalfClock;)
        {
            Thread.SpinWait(10);
        }
    }
}
