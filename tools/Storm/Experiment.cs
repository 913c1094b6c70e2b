using System.Globalization;
using Firmware.Boards;
using Firmware.Guard;

namespace Storm;

/// <summary>One fault, put into a board that mines, and what became of it.</summary>
/// <param name="Cause">As it stands in the table.</param>
/// <param name="Kind">What is done to the board, for good.</param>
/// <param name="Part">The heat source that it is done to, and whose temperature counts, or null.</param>
/// <param name="Shows">What happens besides and brings it to light; time counts from that.</param>
/// <param name="Heats">Time counts from the moment in which metal passes this limit, and not from the fault.</param>
internal sealed record Experiment(
    string Cause,
    FaultKind Kind,
    double Size = 1,
    Part? Part = null,
    Func<SensorConfig, double>? Heats = null,
    FaultKind? Shows = null)
{
    private static readonly TimeSpan MinesBy = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShowsAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>The faults of boards-and-peripherals §6, and those that the simulation adds.</summary>
    public static readonly Experiment[] All =
    [
        new("chip at its critical temperature", FaultKinds.HotRoom, 30, Storm.Part.Chip, one => one.Critical.Degrees),
        new("chip at its off temperature", FaultKinds.HotRoom, 90, Storm.Part.Chip, one => one.Off.Degrees),
        new("chip at 90 °C at once", FaultKinds.SensorLies, 60, Storm.Part.Chip),
        new("regulator at its critical temperature", FaultKinds.SensorLies, 60, Storm.Part.Regulator),
        new("regulator beyond its off temperature", FaultKinds.SensorLies, 75, Storm.Part.Regulator),
        new("board at its off temperature", FaultKinds.SensorLies, 60, Storm.Part.Board),
        new("all temperatures lost", FaultKinds.SensorsSilent),
        new("one of several temperatures lost", FaultKinds.SensorSilent, 1, Storm.Part.Regulator),
        new("the chip's temperature lost", FaultKinds.SensorSilent, 1, Storm.Part.Chip),
        new("fan stands still", FaultKinds.FanStalled),
        new("fan takes no command", FaultKinds.FanDeaf),
        new("output 15 % too low", FaultKinds.RailOutside, -0.15),
        new("output 15 % too high", FaultKinds.RailOutside, 0.15),
        new("regulator off by itself", FaultKinds.RailTripped),
        new("input sags by a fifth", FaultKinds.InputSags, 0.2),
        new("too much power", FaultKinds.ChipsShorted, 3),
        new("half as many watts again as the work explains", FaultKinds.ChipsShorted, 1.5),
        new("regulator does not answer", FaultKinds.RailMute),
        new("regulator is another part, and mine dies", FaultKinds.RailSwapped, Shows: FaultKinds.MineKilled),
        new("regulator takes no command, and mine dies", FaultKinds.RailDeaf, Shows: FaultKinds.MineKilled),
        new("rail stuck on, and mine dies", FaultKinds.RailShorted, Shows: FaultKinds.MineKilled),
        new("rail stuck on, and the fan stands still", FaultKinds.RailShorted, Shows: FaultKinds.FanStalled),
        new("I2C bus dead", FaultKinds.BusHangs),
        new("no result from the chips", FaultKinds.ChipsIdle),
        new("chips' wire dead", FaultKinds.WireDead),
        new("wrong results only", FaultKinds.ChipsWrong),
        new("no pool", FaultKinds.PoolGone),
        new("mine killed", FaultKinds.MineKilled),
        new("mine hangs", FaultKinds.MineHangs),
        new("guard killed", FaultKinds.GuardKilled),
        new("guard hangs", FaultKinds.GuardHangs),
        new("USB cable out", FaultKinds.Unplugged),
    ];

    /// <summary>Null where the board has nothing that it could happen to.</summary>
    public Measured? Measure(BoardConfig config)
    {
        var sensor = Part is { } wanted
            ? Array.FindIndex(config.Sensors, one => StormBoard.PartOf(one.HeatSource) == wanted)
            : 0;
        if (sensor < 0 || NeedsFan && config.Fans.Length == 0)
        {
            return null;
        }

        var device = new Device(config, new(StormBoard.WattsBuiltFor(config)), new Dice(1), traced: false);
        device.RunTo(MinesBy);
        if (device.Guard.State != GuardState.Running || !device.Board.WorksHard)
        {
            throw new InvalidOperationException($"{config.Key} does not mine: {device.Guard.Reason}");
        }

        device.Plan(new(Kind, device.Clock.Now, TimeSpan.MaxValue, sensor, Size));
        if (Shows is not null)
        {
            device.RunTo(device.Clock.Now + ShowsAfter);
            device.Plan(new(Shows, device.Clock.Now, TimeSpan.MaxValue, Which: 0, Size: 1));
        }

        return Follow(device, sensor);
    }

    private bool NeedsFan =>
        Kind == FaultKinds.FanStalled || Kind == FaultKinds.FanDeaf || Shows == FaultKinds.FanStalled;

    private Measured Follow(Device device, int sensor)
    {
        var begun = device.Clock.Now;
        var limit = Heats?.Invoke(device.Config.Sensors[sensor]);
        TimeSpan? from = limit is null ? begun : null;
        var measured = new Measured();
        for (var end = begun + Watched; device.Clock.Now < end && device.Watch.Violation is null;)
        {
            // Metal passes a limit between two events; whatever a part or a process does is one.
            device.RunOn(from is null ? device.Clock.Now + Step : end);
            from ??= device.Board.Metal[Part ?? Storm.Part.Chip] >= limit ? device.Clock.Now : null;
            if (from is { } start)
            {
                measured.See(device, device.Clock.Now - start);
            }
        }

        measured.End(device);
        return measured;
    }
}

/// <summary>What was seen of a board after a fault. Times count from that.</summary>
internal sealed class Measured
{
    private bool wasOff;

    public TimeSpan? FansFull { get; private set; }

    public TimeSpan? Slower { get; private set; }

    public TimeSpan? Held { get; private set; }

    public TimeSpan? Off { get; private set; }

    public string Outcome { get; private set; } = "";

    public string Says { get; private set; } = "";

    public double HottestDegrees { get; private set; }

    public void See(Device device, TimeSpan after)
    {
        var board = device.Board;
        FansFull ??= board.FansAreFull ? after : null;
        Slower ??= device.Guard.State == GuardState.Reduced ? after : null;
        Held ??= board.Held ? after : null;
        Off ??= !board.IsDriven ? after : null;
        wasOff |= !board.IsDriven;
    }

    public void End(Device device)
    {
        HottestDegrees = device.Board.Metal.Hottest;
        Says = SaidBy(device);
        Outcome = device.Watch.Violation is { } broken ? $"BROKEN: {broken}"
            : EndsHot(device.Board) ? "ENDS HOT"
            : device.Board.IsDriven ? WithPower(device)
            : "off";
    }

    /// <summary>There is power, and the chips are above their off temperature.</summary>
    private static bool EndsHot(StormBoard board)
    {
        var chip = board.Config.Sensors.First(one => StormBoard.PartOf(one.HeatSource) == Part.Chip);
        return board.IsPowered && board.Metal[Part.Chip] >= chip.Off.Degrees;
    }

    private string WithPower(Device device) => device.Guard.State switch
    {
        GuardState.SafeOff when device.Board.Held =>
            "chips held in reset and without clock; the rail cannot be cut, and guard says so",
        _ when device.Board.Troubles.Unplugged => "out of reach: the chips hash on",
        GuardState.Reduced => "mines on at a lower clock",
        _ => wasOff ? "off, and mines again" : "mines on",
    };

    private static string SaidBy(Device device) =>
        device.Board.Troubles.Unplugged ? "the board has vanished from its port; dead-man: none"
        : device.Guard.Fault is { } fault ? fault
        : device.Mine.Phase == Firmware.Mining.BoardPhase.Failed ? device.Mine.Reason
        : device.Guard.Reason;

    public static string Seconds(TimeSpan? time) => time is { } known
        ? known.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : "–";
}
