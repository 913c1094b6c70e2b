using Firmware;
using Firmware.Boards;
using Simulator.Parts;

namespace Simulator.Circuits;

/// <summary>Every part that a board file names, where it stands.</summary>
internal sealed class BoardParts
{
    private readonly BoardConfig board;
    private readonly Faults faults;
    private readonly List<Mounted> mounted = [];
    private readonly StrangerPart stranger;

    public BoardParts(BoardConfig board, Faults faults)
    {
        this.board = board;
        this.faults = faults;
        stranger = new StrangerPart(faults);
        Rail = NewRail();
        Pins = new BoardPins(board, Rail);
        foreach (var sensor in board.Sensors.Where(sensor => sensor.Part != board.Rail?.Part))
        {
            _ = At(sensor.Bus, sensor.Address, sensor.Part);
        }

        if (board.Meter is { } meter)
        {
            mounted.Add(new MountedMeter(meter.Bus, meter.Address, NewMeter(meter)));
        }

        if (board.Display is { } display)
        {
            Panel = new Ssd1306Panel();
            mounted.Add(new MountedPanel(display.Bus, display.Address, Panel));
        }

        Fans = Array.ConvertAll(board.Fans, Connect);
    }

    public BoardPins Pins { get; }

    /// <summary>Null where the board has none.</summary>
    public Ssd1306Panel? Panel { get; }

    public RailModel Rail { get; }

    /// <summary>In the file's order.</summary>
    public MountedFan[] Fans { get; }

    /// <summary>True while a part's own curve drives its fan, and no host.</summary>
    public bool FansDriveThemselves => mounted.Exists(part => part is MountedEmc2101 { Chip.InDirectMode: false });

    public I2cPart? Find(int bus, int address) => faults.StrangerAt == address
        ? stranger
        : mounted.Find(part => part.Bus == bus && part.Address == address)?.Part
        ?? (board.Rail is { } rail && rail.Bus == bus && rail.Address == address ? Rail.Part : null);

    public void Advance(double seconds, TimeSpan now)
    {
        Rail.Advance(seconds, now);
        Pins.Advance(seconds);
        foreach (var part in mounted)
        {
            part.Advance(seconds, now);
        }

        foreach (var fan in Fans)
        {
            fan.Advance(seconds, faults.FanStalled);
        }
    }

    public void Feel(in Climate climate)
    {
        Rail.Feel(new RailInputs(climate.SupplyVolts, climate.LoadAmperes, climate.Regulator));
        foreach (var part in mounted)
        {
            part.Feel(climate, faults);
        }
    }

    private MountedFan Connect(FanConfig fan) => fan.Pwm is { } pwm ? Pins.Connect(pwm) : ConnectToPart(fan);

    private MountedFan ConnectToPart(FanConfig fan) => At(fan.Bus, fan.Address, fan.Part) switch
    {
        MountedEmc2101 part => part.Fan,
        MountedEmc2103 part => part.Fan,
        MountedEmc2305 part => part.Connect(fan.Channel),
        _ => throw NotModelled(fan.Part),
    };

    /// <summary>The part at an address, once for all sensors and fans in it.</summary>
    private Mounted At(int bus, int address, string name)
    {
        if (mounted.Find(part => part.Bus == bus && part.Address == address) is { } there)
        {
            return there;
        }

        var sensors = Array.FindAll(board.Sensors, sensor => sensor.Bus == bus && sensor.Address == address);
        var part = New(bus, address, name, sensors);
        mounted.Add(part);
        return part;
    }

    private Mounted New(int bus, int address, string name, SensorConfig[] sensors) => name.Split('-')[0] switch
    {
        "emc2101" => new MountedEmc2101(bus, address, new Emc2101Chip(faults), sensors),
        "emc2103" => new MountedEmc2103(bus, address, new Emc2103Chip(), sensors),
        "emc2301" => new MountedEmc2305(bus, address, new Emc2305Chip(0x37)),
        "emc2302" => new MountedEmc2305(bus, address, new Emc2305Chip(0x36)),
        "emc2303" => new MountedEmc2305(bus, address, new Emc2305Chip(0x35)),
        "emc2305" => new MountedEmc2305(bus, address, new Emc2305Chip(0x34)),
        "lm75a" => new MountedTmp75(bus, address, new Tmp75Chip(11, isTmp1075: false), sensors),
        "tmp75" => new MountedTmp75(bus, address, new Tmp75Chip(12, isTmp1075: false), sensors),
        "tmp1075" => new MountedTmp75(bus, address, new Tmp75Chip(12, isTmp1075: true), sensors),
        "tmp451" => new MountedTmp451(bus, address, new Tmp451Chip(0x55), sensors),
        "adt7461" => new MountedTmp451(bus, address, new Tmp451Chip(0x41), sensors),
        "nct218" => new MountedTmp451(bus, address, new Tmp451Chip(0x1A), sensors),
        _ => throw NotModelled(name),
    };

    private RailModel NewRail() => board.Rail switch
    {
        { Part: "tps546" } rail => new Tps546Rail(rail.Address, faults),
        { Part: "max15301" } rail => new Max15301Rail(rail.Address),
        { Part: "tps53647", Switch: { } wire } rail => new Tps536Rail(wire, faults, rail.Address, 0x01F0),
        { Part: "tps53667", Switch: { } wire } rail => new Tps536Rail(wire, faults, rail.Address, 0x01F8),
        { Part: "ds4432u", Switch: { } wire } rail => new Ds4432uRail(wire, faults, NewDac(rail.Network)),
        { Part: "apw12", Switch: { } wire } => new Apw12Rail(wire, faults),
        { Part: "switched", Switch: { } wire } rail => new FixedRail(wire, faults, rail.Volts.Value),
        { } rail => throw NotModelled(rail.Part),
        null => throw NotModelled("no rail"),
    };

    /// <summary>By the resistors of the two boards that have one; full scale is 127 steps.</summary>
    private static Ds4432uChip NewDac(string? network) => network == "emberone"
        ? new Ds4432uChip(nominalVolts: 3.600, voltsPerStep: 202.915e-6 * 3570 / 127)
        : new Ds4432uChip(nominalVolts: 1.4584, voltsPerStep: 98.921e-6 * 4750 / 127);

    private InaChip NewMeter(MeterConfig meter) => meter.Part switch
    {
        "ina260" => new InaChip(InaModel.Ina260),
        "ina226" => new InaChip(InaModel.Ina226, meter.ShuntOhms),
        "ina228" => new InaChip(InaModel.Ina228, meter.ShuntOhms),
        _ => throw NotModelled(meter.Part),
    };

    private UsageException NotModelled(string part) =>
        new($"The simulator has no model of '{part}', which '{board.File}' names.");
}
