namespace Storm;

/// <summary>Everything that goes wrong here.</summary>
internal static class FaultKinds
{
    private const double ForGood = double.PositiveInfinity;

    private static readonly (double, double) NoSize = (1, 1);

    public static readonly FaultKind SensorSilent = new(
        "sensor silent", (1, ForGood), NoSize, (device, fault, on) =>
            One(device.Board.Troubles.SensorSilent, fault) = on);

    public static readonly FaultKind SensorsSilent = new(
        "all sensors silent", (1, ForGood), NoSize, (device, _, on) =>
            Array.Fill(device.Board.Troubles.SensorSilent, on));

    public static readonly FaultKind SensorStuck = new(
        "sensor stuck", (10, ForGood), NoSize, (device, fault, on) =>
            One(device.Board.Troubles.SensorStuckAt, fault) =
                on ? (device.Board.SeenBy(fault.Which), device.Clock.Now) : null);

    public static readonly FaultKind SensorLies = new(
        "sensor lies", (10, ForGood), (-25, 25), (device, fault, on) =>
            One(device.Board.Troubles.SensorLie, fault) = on ? fault.Size : 0);

    public static readonly FaultKind SensorNoisy = new(
        "sensor noisy", (10, ForGood), (1, 12), (device, fault, on) =>
            One(device.Board.Troubles.SensorNoise, fault) = on ? fault.Size : 0);

    public static readonly FaultKind SensorSwapped = new(
        "sensor swapped", (5, ForGood), NoSize, (device, fault, on) =>
            One(device.Board.Troubles.SensorSwapped, fault) = on);

    public static readonly FaultKind FanStalled = new(
        "fan stalled", (5, ForGood), NoSize, (device, fault, on) => One(device.Board.Troubles.FanStalled, fault) = on);

    public static readonly FaultKind FanWorn = new(
        "fan worn", (60, ForGood), (0.2, 0.85), (device, fault, on) =>
            One(device.Board.Troubles.FanWear, fault) = on ? fault.Size : 0);

    public static readonly FaultKind FanDeaf = new(
        "fan deaf", (1, ForGood), NoSize, (device, fault, on) => One(device.Board.Troubles.FanDeaf, fault) = on);

    public static readonly FaultKind RailShorted = new(
        "rail stuck on", (30, ForGood), NoSize, (device, _, on) => device.Board.Troubles.RailShorted = on);

    public static readonly FaultKind RailDeaf = new(
        "rail deaf", (1, ForGood), NoSize, (device, _, on) => device.Board.Troubles.RailDeaf = on);

    public static readonly FaultKind RailMute = new(
        "rail mute", (1, ForGood), NoSize, (device, _, on) => device.Board.Troubles.RailMute = on);

    public static readonly FaultKind RailTripped = new(
        "rail off by itself", (1, ForGood), NoSize, (device, _, on) => device.Board.Troubles.RailTripped = on);

    public static readonly FaultKind RailOutside = new(
        "rail beside its set-point", (1, ForGood), (-0.4, 0.3), (device, fault, on) =>
            device.Board.Troubles.RailOffset = on ? fault.Size * device.Config.Rail!.Volts.Value : 0);

    public static readonly FaultKind ChipsShorted = new(
        "chips draw too much", (10, ForGood), (1.1, 4), (device, fault, on) =>
            device.Board.Troubles.Draw = on ? fault.Size : 1);

    public static readonly FaultKind RailSwapped = new(
        "regulator swapped", (5, ForGood), NoSize, (device, _, on) => device.Board.Troubles.RailSwapped = on);

    public static readonly FaultKind InputSags = new(
        "input sags", (1, 60), (0.05, 0.3), (device, fault, on) =>
            device.Board.Troubles.InputSag = on ? fault.Size * device.Config.Rail!.Input.Value : 0);

    public static readonly FaultKind BusHangs = new(
        "bus hangs", (0.2, ForGood), NoSize, (device, _, on) => device.Board.Troubles.BusHangs = on);

    public static readonly FaultKind BusNoisy = new(
        "bus noisy", (5, ForGood), (0.001, 0.3), (device, fault, on) =>
            device.Board.Troubles.BusNoise = on ? fault.Size : 0);

    public static readonly FaultKind Unplugged = new(
        "unplugged", (1, 60), NoSize, (device, _, on) => device.Board.Unplug(on));

    public static readonly FaultKind WireDead = new(
        "chips' wire dead", (1, ForGood), NoSize, (device, _, on) => device.Board.Troubles.WireDead = on);

    public static readonly FaultKind PortGone = new(
        "chips' port gone", (1, 120), NoSize, (device, _, on) => device.Board.Troubles.PortGone = on);

    public static readonly FaultKind ChipsWrong = new(
        "chips compute wrong", (10, ForGood), NoSize, (device, _, on) => device.Board.Troubles.ChipsWrong = on);

    public static readonly FaultKind ChipsIdle = new(
        "chips hash nothing", (10, ForGood), NoSize, (device, _, on) => device.Board.Troubles.ChipsIdle = on);

    public static readonly FaultKind PoolGone = new(
        "no pool", (5, 300), NoSize, (device, _, on) => device.SetPool(troubles => troubles.PoolGone = on));

    public static readonly FaultKind PoolStorms = new(
        "pool storms", (5, 30), NoSize, (device, _, on) => device.SetPool(troubles => troubles.PoolStorms = on));

    public static readonly FaultKind GuardKilled = new(
        "guard killed", (0, 0), NoSize, (device, _, on) => device.KillGuard(on));

    public static readonly FaultKind GuardHangs = new(
        "guard hangs", (0.1, ForGood), NoSize, (device, _, on) => device.Guard.Hang(on));

    public static readonly FaultKind MineKilled = new(
        "mine killed", (0, 0), NoSize, (device, _, on) => device.KillMine(on));

    public static readonly FaultKind MineHangs = new(
        "mine hangs", (0.1, ForGood), NoSize, (device, _, on) => device.Mine.Hang(on));

    public static readonly FaultKind ClockLeaps = new(
        "clock leaps", (0, 0), (0.5, 7200), (device, fault, on) =>
            device.Leap(on ? TimeSpan.FromSeconds(fault.Size) : TimeSpan.Zero));

    public static readonly FaultKind Starved = new(
        "host starved", (1, 120), (0.1, 0.9), (device, fault, on) =>
            device.Board.Troubles.Starved = TimeSpan.FromSeconds(on ? fault.Size : 0));

    public static readonly FaultKind FlashFull = new(
        "flash full", (30, ForGood), NoSize, (device, _, on) => device.Board.Troubles.FlashFull = on);

    public static readonly FaultKind HotRoom = new(
        "hot room", (60, ForGood), (10, 60), (device, fault, on) =>
            device.Board.Metal.AddedDegrees += on ? fault.Size : -fault.Size);

    public static readonly FaultKind[] All =
    [
        SensorSilent, SensorsSilent, SensorStuck, SensorLies, SensorNoisy, SensorSwapped,
        FanStalled, FanWorn, FanDeaf,
        RailShorted, RailDeaf, RailMute, RailTripped, RailOutside, RailSwapped, ChipsShorted, InputSags,
        BusHangs, BusNoisy, Unplugged, WireDead, PortGone, ChipsWrong, ChipsIdle, PoolGone, PoolStorms,
        GuardKilled, GuardHangs, MineKilled, MineHangs, ClockLeaps, Starved, FlashFull, HotRoom,
    ];

    private static ref T One<T>(T[] parts, Fault fault) => ref parts[fault.Which % parts.Length];
}
