using System.Device.Gpio;
using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// Maxim DS4432U current DAC, whose first output shifts a regulator's feedback, with the pin that switches that
/// regulator. The DAC itself cannot switch off; it also measures nothing, so what is known of the output comes from
/// elsewhere on the board.
/// </summary>
/// <param name="enable">
/// Switches the regulator; null where a board has no such wire. Such a rail is lowered as far as it goes, and never
/// says that it is off.
/// </param>
/// <param name="on">The level of <paramref name="enable"/> at which the regulator runs.</param>
/// <param name="measure">The output as the board measures it; null where nothing does.</param>
public sealed class Ds4432u(
    I2cDevice i2c,
    FeedbackNetwork network,
    Volts voltsMin,
    Volts voltsMax,
    GpioPin? enable,
    PinValue on,
    Func<Volts?>? measure = null) : IPowerRail
{
    private const byte NoCurrent = 0x00;

    private bool configured;

    private enum Register : byte
    {
        Output0 = 0xF8,
        Output1 = 0xF9,
    }

    public bool MeasuresOutput => measure is not null;

    public bool MeasuresPower => false;

    /// <summary>
    /// The part has no identity: it is taken for one where both its registers answer, and the one that nobody drives
    /// stands where power-on put it.
    /// </summary>
    public bool IsPresent() =>
        i2c.TryReadByte((byte)Register.Output0, out _)
        && i2c.TryReadByte((byte)Register.Output1, out var idle) && idle == NoCurrent;

    public bool TryConfigure()
    {
        configured = IsPresent()
            && (TryTurnOff() || enable is null)
            && TryKeep(Within(voltsMin));
        return configured;
    }

    /// <summary>False as well where the board's limits are not the DAC's to reach.</summary>
    public bool TryTurnOn(Volts setPoint) =>
        configured
        && TryKeep(Within(setPoint))
        && (enable is null || enable.TryKeep(on));

    public bool TryTurnOff()
    {
        if (enable is null)
        {
            TryKeep(Within(voltsMin));
            return false;
        }

        return enable.TryKeep(!on);
    }

    /// <summary>Whether it is on, its pin tells, or nobody.</summary>
    public RailReading Read() => default(RailReading) with
    {
        Output = measure?.Invoke(),
        IsOn = enable is not null && enable.TryRead(out var level) ? level == on : null,
    };

    /// <summary>A code whose voltage lies within the limits: rounding up ends below the upper one.</summary>
    private byte? Within(Volts setPoint)
    {
        var volts = new Volts(Math.Clamp(setPoint.Value, voltsMin.Value, voltsMax.Value));
        return network.CodeOf(volts) is not { } code ? null
            : network.VoltsOf(code).Value <= voltsMax.Value || code == NoCurrent ? code
            : (byte)(code - 1);
    }

    private bool TryKeep(byte? code) => code is { } value && i2c.TryKeepByte((byte)Register.Output0, value);
}
