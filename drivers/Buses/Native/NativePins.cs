using System.Device.Gpio;
using System.Device.Gpio.Drivers;

namespace Drivers.Buses.Native;

/// <summary>
/// The lines of one of this machine's GPIO chips, found by its label, because its number differs by kernel. A line is
/// taken when it is first used: an output keeps the level that it has until the first write, and never shows another
/// one in between. Whatever goes wrong below is an IOException.
/// </summary>
/// <param name="open">Opens the chip; called once, at the first use of a line.</param>
public sealed class NativePins(string chip, Func<string, GpioController> open) : GpioDriver
{
    private const int LinesMax = 1024;

    private readonly Dictionary<int, PinMode> modes = [];

    private readonly Lazy<GpioController> lines = new(() => open(chip), LazyThreadSafetyMode.PublicationOnly);

    protected override int PinCount => LinesMax;

    /// <exception cref="IOException">No such chip, or no library to reach it; the message says which.</exception>
    public static GpioController OpenChip(string label)
    {
        var chips = LibGpiodDriver.GetAvailableChips();
        return chips.FirstOrDefault(one => one.Label == label) is { } found
            ? new GpioController(new LibGpiodDriver(found.Id))
            : throw new IOException(
                $"There is no GPIO chip '{label}'; there are: {string.Join(", ", chips.Select(one => one.Label))}.");
    }

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber)
    {
        if (lines.IsValueCreated && lines.Value.IsPinOpen(pinNumber))
        {
            lines.Value.ClosePin(pinNumber);
        }
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        modes[pinNumber] = mode;

        // Opening as an output would drive it: that waits for the first write.
        if (mode != PinMode.Output)
        {
            Guarded(pinNumber, controller => Mode(controller, pinNumber, mode));
        }
    }

    /// <summary>
    /// An output, unless somebody made it an input: the library keeps a write to anything else to itself.
    /// </summary>
    protected override PinMode GetPinMode(int pinNumber) => modes.GetValueOrDefault(pinNumber, PinMode.Output);

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        mode is PinMode.Output or PinMode.Input or PinMode.InputPullUp;

    protected override PinValue Read(int pinNumber) => Guarded(pinNumber, controller =>
    {
        if (!controller.IsPinOpen(pinNumber))
        {
            controller.OpenPin(pinNumber, PinMode.Input);
        }

        return controller.Read(pinNumber);
    });

    protected override void Write(int pinNumber, PinValue value) => Guarded(pinNumber, controller =>
    {
        if (!controller.IsPinOpen(pinNumber))
        {
            controller.OpenPin(pinNumber, PinMode.Output, value);
        }
        else if (controller.GetPinMode(pinNumber) != PinMode.Output)
        {
            controller.ClosePin(pinNumber);
            controller.OpenPin(pinNumber, PinMode.Output, value);
        }
        else
        {
            controller.Write(pinNumber, value);
        }

        return true;
    });

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => Guarded(
        pinNumber, controller => controller.WaitForEvent(pinNumber, eventTypes, cancellationToken));

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => Guarded(pinNumber, controller =>
    {
        Mode(controller, pinNumber, PinMode.Input);
        Linux.WaitingItsTurn(() => // For it starts a thread that waits for edges.
            controller.RegisterCallbackForPinValueChangedEvent(pinNumber, eventTypes, callback));
        return true;
    });

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        Guarded(pinNumber, controller =>
        {
            controller.UnregisterCallbackForPinValueChangedEvent(pinNumber, callback);
            return true;
        });

    protected override void Dispose(bool disposing)
    {
        if (disposing && lines.IsValueCreated)
        {
            lines.Value.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool Mode(GpioController controller, int pin, PinMode mode)
    {
        if (controller.IsPinOpen(pin))
        {
            controller.SetPinMode(pin, mode);
        }
        else
        {
            controller.OpenPin(pin, mode);
        }

        return true;
    }

    /// <summary>The pins' library throws what it likes, and the loader where it is not there.</summary>
    private T Guarded<T>(int pin, Func<GpioController, T> act)
    {
        try
        {
            return act(lines.Value);
        }
        catch (Exception refusal) when (refusal is not IOException)
        {
            throw new IOException($"Line {pin} of the GPIO chip '{chip}' cannot be used: {refusal.Message}", refusal);
        }
    }
}
