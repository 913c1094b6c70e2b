using Drivers;
using Drivers.Fans;
using Drivers.Power;
using Drivers.Sensors;

namespace Firmware.Guard;

/// <summary>
/// The parts of one board behind a wall: whatever one of them throws becomes "did not answer" or "did not obey", so
/// that it neither ends the loop nor keeps another part from its command.
/// </summary>
internal sealed class BoardIo(GuardParts parts)
{
    private readonly DutyCycle?[] told = new DutyCycle?[parts.Fans.Count];

    public GuardParts Parts => parts;

    public SensorReading[] Sensors { get; } = new SensorReading[parts.Sensors.Count];

    public FanReading[] Fans { get; } = new FanReading[parts.Fans.Count];

    /// <summary>Whether each fan took its last command.</summary>
    public bool[] FansObeyed { get; } = new bool[parts.Fans.Count];

    public RailReading Rail { get; private set; }

    /// <summary>The voltage that the rail was told last, and took.</summary>
    public Volts SetPoint { get; private set; } = parts.Rail?.SetPoint ?? default;

    /// <summary>What the board draws, by the last reading of whatever measures it; null where nothing does.</summary>
    public Watts? Drawn => Rail.Power;

    /// <summary>The last exception of a part, for whoever looks for its bug.</summary>
    public Exception? LastRefusal { get; private set; }

    public void ReadSensors()
    {
        for (var i = 0; i < Sensors.Length; i++)
        {
            var part = parts.Sensors[i].Part;
            Sensors[i] = Get(part.Read, (SensorReading)SensorFault.NoAnswer);
        }
    }

    public void ReadFans()
    {
        for (var i = 0; i < Fans.Length; i++)
        {
            var part = parts.Fans[i].Part;
            Fans[i] = Get(part.ReadSpeed, (FanReading)FanFault.NoAnswer);
        }
    }

    public void LimitTrouble(TimeSpan atMost) => parts.LimitTrouble(atMost);

    /// <summary>Every fan says that it was told to turn fully.</summary>
    public bool ReadsFull() =>
        parts.Fans.All(fan => Get(fan.Part.ReadDuty, null) is { } duty && duty.Fraction >= DutyCycle.Full.Fraction);

    public RailReading ReadRail() => Rail = parts.Rail is { } rail ? Get(rail.Part.Read, default) : default;

    public void ForgetRailAndFans()
    {
        Rail = default;
        Array.Fill(Fans, FanFault.NotRead);
    }

    public bool Do(Func<bool> act) => Get(act, false);

    /// <summary>Switches the rail on at this voltage, or takes one that is on there; nothing without a rail.</summary>
    public bool TurnOn(Volts volts)
    {
        var obeyed = parts.Rail is not { } rail || Do(() => rail.Part.TryTurnOn(volts));
        SetPoint = obeyed ? volts : SetPoint;
        return obeyed;
    }

    /// <summary>
    /// Without a rail there is no command to give: then it is whether the chips have obeyed the grant.
    /// </summary>
    public bool TurnOff() => Do(parts.Rail is { } rail ? rail.Part.TryTurnOff : parts.IsStill);

    /// <summary>A pin of the rail that nothing answers for, or null.</summary>
    public int? FindMutePin() => parts.Rail is { } rail ? Get(rail.FindMutePin, null) : null;

    public bool HoldReset() => parts.Reset is not { } line || Do(line.TryHold);

    public bool ReleaseReset() => parts.Reset is not { } line || Do(line.TryRelease);

    /// <summary>What the fan was told last, or null before the first command.</summary>
    public DutyCycle? Told(int fan) => told[fan];

    /// <summary>True where every fan took the command; one that does not is no reason to leave out the next.</summary>
    public bool Drive(DutyCycle duty)
    {
        for (var i = 0; i < told.Length; i++)
        {
            var (_, dutyMin, _, part) = parts.Fans[i];
            var own = duty.Fraction < dutyMin.Fraction ? dutyMin : duty;
            told[i] = own;
            FansObeyed[i] = Do(() => part.TryDrive(own));
        }

        return Array.TrueForAll(FansObeyed, obeyed => obeyed);
    }

    /// <summary>One line for each part, for the fault record.</summary>
    public IEnumerable<string> Describe()
    {
        for (var i = 0; i < Sensors.Length; i++)
        {
            yield return $"{parts.Sensors[i].Limits.Name}: {Sensors[i]}";
        }

        for (var i = 0; i < Fans.Length; i++)
        {
            yield return $"{parts.Fans[i].Name}: {Fans[i]}, told {told[i]?.ToString() ?? "nothing"}";
        }

        if (parts.Rail is not null)
        {
            yield return DescribeRail();
        }

        if (LastRefusal is not null)
        {
            yield return $"last exception of a part: {LastRefusal.GetType().Name}: {LastRefusal.Message}";
        }
    }

    private string DescribeRail()
    {
        static string Known<T>(T? value)
            where T : struct => value?.ToString() ?? "unknown";

        var status = Rail.Registers?.ToString() ?? (Rail.Status is { } word ? $"status 0x{word:X4}" : "status unknown");
        return $"rail: {Known(Rail.Output)}, {Known(Rail.Current)}, input {Known(Rail.Input)}, {status}"
            + (Rail.Fault is null ? "" : $", {Rail.Fault}");
    }

    private T Get<T>(Func<T> ask, T otherwise)
    {
        try
        {
            return ask();
        }
        catch (Exception refusal)
        {
            LastRefusal = refusal;
            return otherwise;
        }
    }
}
