using System.Device.Gpio;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// A rail whose chips have a second, small supply for their inputs and outputs. It comes before the rail, and goes
/// after it.
/// </summary>
/// <param name="io">High switches the small supply on.</param>
/// <param name="settle">How long the small supply takes.</param>
public sealed class StagedRail(IPowerRail rail, GpioPin io, TimeSpan settle, TimeProvider time) : IPowerRail
{
    private long? suppliedAt;

    public TimeSpan AnswerTime => rail.AnswerTime;

    public bool MeasuresOutput => rail.MeasuresOutput;

    public bool MeasuresPower => rail.MeasuresPower;

    public bool IsPresent() => rail.IsPresent();

    /// <summary>False as well until the small supply has settled: ask again.</summary>
    public bool TryConfigure()
    {
        if (!io.TryKeep(PinValue.High))
        {
            return false;
        }

        suppliedAt ??= time.GetTimestamp();
        return time.GetElapsedTime(suppliedAt.Value) >= settle && rail.TryConfigure();
    }

    public bool TryTurnOn(Volts setPoint) => suppliedAt is not null && rail.TryTurnOn(setPoint);

    /// <summary>The rail first, whatever the small supply does.</summary>
    public bool TryTurnOff()
    {
        suppliedAt = null;
        return rail.TryTurnOff() & io.TryKeep(PinValue.Low);
    }

    public RailReading Read() => rail.Read();
}
