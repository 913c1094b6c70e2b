namespace Drivers.Power;

/// <summary>A rail, and the meter in the supply line of the board that it feeds.</summary>
public sealed class MeteredRail(IPowerRail rail, IPowerMeter meter) : IPowerRail
{
    public TimeSpan AnswerTime => rail.AnswerTime;

    public bool MeasuresOutput => rail.MeasuresOutput;

    /// <summary>Both are what the config names.</summary>
    public bool IsPresent() => rail.IsPresent() && meter.IsPresent();

    public bool TryConfigure() => rail.TryConfigure();

    public bool TryTurnOn(Volts setPoint) => rail.TryTurnOn(setPoint);

    public bool TryTurnOff() => rail.TryTurnOff();

    /// <summary>A meter that is silent is a fault of its own: nobody knows then what the board draws.</summary>
    public RailReading Read()
    {
        var reading = rail.Read();
        var measured = meter.Read();
        return reading with
        {
            Input = measured.Bus ?? reading.Input,
            Power = measured.Power,
            Fault = reading.Fault ?? (measured.Power is null ? "nothing: its power meter does not answer" : null),
        };
    }
}
