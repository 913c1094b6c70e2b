using System.Device.Gpio;
using Drivers;
using Drivers.Buses;
using Drivers.Power;
using Drivers.Sensors;

namespace Firmware.Boards;

/// <summary>The rail of a board, with whatever measures and switches it. Opening touches no wire.</summary>
internal sealed class OpenedRail
{
    /// <summary>What the slowest small supply in the field is given.</summary>
    private static readonly TimeSpan IoSettles = TimeSpan.FromMilliseconds(100);

    private readonly BoardConfig board;
    private readonly RailConfig config;
    private readonly IBuses buses;
    private readonly TimeProvider time;
    private readonly List<GpioPin> pins = [];

    public OpenedRail(BoardConfig board, RailConfig config, IBuses buses, TimeProvider time)
    {
        this.board = board;
        this.config = config;
        this.buses = buses;
        this.time = time;
        var rail = OpenPart();
        if (config.Address != 0 && rail.AnswerTime == TimeSpan.Zero)
        {
            Opened.Add(new(config.Bus, config.Address, rail)); // One that takes its time cannot tell at once.
        }

        if (board.Meter is { } named)
        {
            var meter = OpenMeter(named);
            Opened.Add(new(named.Bus, named.Address, meter));
            rail = new MeteredRail(rail, meter);
        }

        Rail = config.IoPin is { } io ? new StagedRail(rail, Output(io), IoSettles, time) : rail;
    }

    public IPowerRail Rail { get; }

    /// <summary>What can be asked at once whether it is the part that the file names.</summary>
    public List<OpenedPart> Opened { get; } = [];

    /// <summary>The temperature of the part itself; null for parts that do not tell one.</summary>
    public ITemperatureSensor? Die { get; private set; }

    /// <summary>A pin that the rail is switched with and that nothing answers for, or null.</summary>
    public int? FindMutePin() => pins.Find(pin => !pin.TryRead(out _))?.PinNumber;

    private GpioPin Enable => config.Switch is { Pin: var pin }
        ? Output(pin)
        : throw new UsageException($"[rail] in '{board.File}' has no enable_pin.");

    private PinValue On => config.Switch is { OnHigh: true } ? PinValue.High : PinValue.Low;

    private IPowerRail OpenPart()
    {
        switch (config.Part)
        {
            case RailSection.Tps546:
                var tps546 = new Tps546(Device(), config.VoltsMin, config.VoltsMax, StageOf());
                Die = tps546.Die;
                return tps546;
            case RailSection.Tps53647 or RailSection.Tps53667:
                var tps536 = OpenTps536();
                Die = tps536.Die;
                return tps536;
            case RailSection.Max15301:
                var max15301 = new Max15301(Device(), config.VoltsMin, config.VoltsMax, config.AmperesMax);
                Die = max15301.Die;
                return max15301;
            case RailSection.Ds4432u:
                return new Ds4432u(
                    Device(),
                    RailSection.NetworkOf(config.Network),
                    config.VoltsMin,
                    config.VoltsMax,
                    Enable,
                    On,
                    config.Output is { } output ? () => Measure(output) : null);
            case RailSection.Apw12:
                return new Apw12(
                    Device(), (byte)config.Register, config.VoltsMin, config.VoltsMax, Enable, On, time);
            case RailSection.Switched:
                return new SwitchedRail(Enable, On, config.GoodPin is { } good ? buses.OpenInput(good) : null);
            default:
                throw new UsageException($"No driver for the rail '{config.Part}' in '{board.File}'.");
        }
    }

    private GpioPin Output(int number)
    {
        var pin = buses.OpenOutput(number);
        pins.Add(pin);
        return pin;
    }

    private System.Device.I2c.I2cDevice Device() => buses.OpenI2c(config.Address, config.Bus);

    private Tps53647 OpenTps536() => new(
        Device(),
        config.Part == RailSection.Tps53647 ? Tps536Model.Tps53647 : Tps536Model.Tps53667,
        new Tps536Stages(config.Phases, config.AmperesFullScale, config.AmperesMax),
        config.VoltsMin,
        config.VoltsMax,
        Enable);

    private Tps546Stage StageOf() => config.Stage switch
    {
        "series" => Tps546Stage.SeriesTwelveVolt,
        "stack" => Tps546Stage.StackTwelveVolt,
        _ => Tps546Stage.SingleFiveVolt,
    };

    private Volts? Measure(AnalogueConfig output) =>
        buses.ReadAnalogue(output.Input) is { } part ? new Volts(part * output.Volts.Value) : null;

    private IPowerMeter OpenMeter(MeterConfig meter)
    {
        var device = buses.OpenI2c(meter.Address, meter.Bus);
        return meter.Part switch
        {
            "ina260" => new Ina260(device, alertAbove: config.WattsMax),
            "ina226" => new Ina226(device, meter.ShuntOhms),
            "ina228" => new Ina228(device, meter.ShuntOhms),
            _ => throw new UsageException($"No driver for the meter '{meter.Part}' in '{board.File}'."),
        };
    }
}
