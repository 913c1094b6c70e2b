using System.Device.Gpio;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// A regulator that hardware has set to its voltage, and that a pin switches. It measures nothing; a second pin may say
/// that its output is good.
/// </summary>
/// <param name="on">The level of <paramref name="enable"/> at which the regulator runs.</param>
/// <param name="good">High while the output is good; null where no such wire is there.</param>
public sealed class SwitchedRail(GpioPin enable, PinValue on, GpioPin? good = null) : IPowerRail
{
    public bool MeasuresOutput => false;

    public bool MeasuresPower => false;

    /// <summary>There is no identity to ask for: the pins that it hangs on can be read.</summary>
    public bool IsPresent() => enable.TryRead(out _) && (good is null || good.TryRead(out _));

    public bool TryConfigure() => IsPresent() && TryTurnOff();

    /// <summary>Whatever the set-point, the output is what the hardware makes it.</summary>
    public bool TryTurnOn(Volts setPoint) => enable.TryKeep(on);

    /// <summary>False as well while the regulator says that its output is still good.</summary>
    public bool TryTurnOff() =>
        enable.TryKeep(!on) && (good is null || (good.TryRead(out var level) && level == PinValue.Low));

    public RailReading Read() => default(RailReading) with { IsOn = ReadIsOn() };

    private bool? ReadIsOn() => !enable.TryRead(out var level) ? null
        : level != on || good is null ? level == on
        : good.TryRead(out var isGood) ? isGood == PinValue.High
        : null;
}
