using Drivers;
using Drivers.Fans;

namespace Firmware.Guard;

/// <summary>The hands of <see cref="PowerSequence"/>: does one action after the other to the parts.</summary>
/// <param name="volts">What the rail is brought to; null where there is none.</param>
internal sealed class BringUp(BoardIo io, Volts? volts, TimeSpan now)
{
    private readonly PowerSequence sequence = new(
        volts,
        now,
        io.Parts.Rail?.Part.AnswerTime ?? TimeSpan.Zero,
        io.Parts.Rail?.Part.MeasuresOutput ?? true);

    public PowerState State => sequence.State;

    public string Reason => sequence.Reason;

    /// <summary>Why it failed.</summary>
    public FaultCause Failure => new(sequence.FailureKind, $"bring-up failed: {sequence.Reason}");

    public TimeSpan Due => sequence.Due;

    public bool MayBePowered => sequence.MayBePowered;

    /// <summary>At most one action, so that whoever calls gets back to other boards in between.</summary>
    /// <param name="clock">Tells when the action was done, which the next one's waiting time counts from.</param>
    public void Advance(TimeSpan at, Func<TimeSpan> clock)
    {
        if (sequence.Next(at) is not PowerAction.None and var action)
        {
            var answer = Do(action);
            sequence.Answer(answer, clock());
        }
    }

    private PowerAnswer Do(PowerAction action)
    {
        var rail = io.Parts.Rail!; // Without one the sequence has no step that asks for it.
        return action switch
        {
            PowerAction.FansFull => new(io.Drive(DutyCycle.Full)),
            PowerAction.ReadFans => FansTurn(),
            PowerAction.HoldReset => new(io.HoldReset()),
            PowerAction.RailOff => new(io.TurnOff()),
            PowerAction.ReadOff => ReadOff(),
            PowerAction.Identify => new(io.Do(rail.Part.IsPresent), Detail: "the regulator"),
            PowerAction.ReadTemperatures => CoolEnough(),
            PowerAction.Configure => new(io.Do(rail.Part.TryConfigure)),
            PowerAction.TurnOn => new(io.TurnOn(volts!.Value)),
            PowerAction.ReadGood or PowerAction.ReadSettled => PowerSequence.Judge(io.ReadRail()),
            _ => default,
        };
    }

    private PowerAnswer ReadOff()
    {
        var reading = io.ReadRail();
        return new(reading.IsOn == false, reading.Output);
    }

    private PowerAnswer FansTurn()
    {
        io.ReadFans();
        for (var i = 0; i < io.Fans.Length; i++)
        {
            var fan = io.Parts.Fans[i];
            if (!(io.Fans[i].Value?.Value >= fan.RpmMin.Value) && io.Fans[i].Fault != FanFault.NoTach)
            {
                return new(false, Detail: $"{fan.Name}: {io.Fans[i]}, and at least {fan.RpmMin} is needed");
            }
        }

        return new(true);
    }

    /// <summary>By the readings of the last tick: it is never older than half a second.</summary>
    private PowerAnswer CoolEnough() => TooHot(io) ?? new(true);

    /// <summary>What is too hot to begin, or unknown; null where nothing is.</summary>
    public static PowerAnswer? TooHot(BoardIo io)
    {
        for (var i = 0; i < io.Sensors.Length; i++)
        {
            // Metal that nothing of ours heats is as hot as others make it: its own target is cool enough.
            var below = io.Parts.Rail is null ? io.Parts.Sensors[i].Limits.Target : PowerSequence.StartBelow;
            if (io.Sensors[i].Value is not { } value || value >= below)
            {
                var kind = io.Sensors[i].Value is null ? FaultKind.SensorLoss : FaultKind.Heat;
                return new PowerAnswer(false, null, $"{io.Parts.Sensors[i].Limits.Name}: {io.Sensors[i]}", kind);
            }
        }

        return null;
    }
}
