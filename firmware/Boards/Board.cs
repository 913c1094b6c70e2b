using System.Device.Gpio;
using Drivers.Buses;
using Drivers.Displays;
using Drivers.Fans;
using Drivers.Hashing;
using Drivers.Power;
using Drivers.Sensors;

namespace Firmware.Boards;

/// <summary>A temperature that guards the board, with its name and limits.</summary>
public sealed record BoardSensor(SensorConfig Config, ITemperatureSensor Sensor);

/// <summary>A fan with its name and limits.</summary>
public sealed record BoardFan(FanConfig Config, IFan Fan);

/// <summary>
/// The parts of one board, opened for guard. Opening touches no wire: a board with a dead part can be opened and made
/// safe. Whatever a part does not do shows when it is used. Used from one thread at a time.
/// </summary>
public sealed class Board : IDisposable
{
    private const string NoDeadMan = "none";

    private readonly IBuses? buses;
    private readonly SpiChain? spi;
    private readonly OpenedRail? rail;

    private Board(BoardConfig config, IBuses? buses, TimeProvider time)
    {
        this.buses = buses;
        Config = config;
        spi = config.Chains[0].Spi is null ? null : new SpiChain(config);
        rail = config.Rail is { } part ? new OpenedRail(config, part, Wires, time) : null;
        Rail = rail?.Rail;
        Reset = config.ResetPin is { } reset ? Wires.OpenOutput(reset) : null;
        var parts = new OpenedParts(config, (address, bus) => Wires.OpenI2c(address, bus), rail?.Die)
        {
            OpenPwmFan = pwm => new PwmFan(
                Wires.OpenPwm(pwm.Chip, pwm.Channel, pwm.Hertz),
                pwm.TachPin is { } tach ? Wires.OpenInput(tach) : null,
                Math.Max(1, pwm.PulsesPerTurn),
                time),
        };
        Sensors = Array.ConvertAll(config.Sensors, sensor => new BoardSensor(sensor, parts.Sensor(sensor)));
        Fans = Array.ConvertAll(config.Fans, fan => new BoardFan(fan, parts.Fan(fan)));
        Identities = [.. PartIdentity.Of(
            config, parts.Opened.Concat(rail?.Opened ?? []), (address, bus) => Wires.OpenI2c(address, bus))];
        Display = config.Display is { } display
            ? new Ssd1306(Wires.OpenI2c(display.Address, display.Bus), display.Lines)
            : null;
        Light = config.Light is { } light
            ? new StatusLight(Wires.OpenOutput(light.Pin), light.LitHigh ? PinValue.High : PinValue.Low)
            : null;
    }

    public BoardConfig Config { get; }

    /// <summary>Everything on a bus, each part once, in the order of its address.</summary>
    public PartIdentity[] Identities { get; }

    /// <summary>The board's name on the link.</summary>
    public string Key => Config.Key;

    /// <summary>In the config's order.</summary>
    public BoardSensor[] Sensors { get; }

    /// <summary>In the config's order.</summary>
    public BoardFan[] Fans { get; }

    /// <summary>Null where the config names none.</summary>
    public IPowerRail? Rail { get; }

    /// <summary>
    /// Low holds the chips in reset. Throws IOException where the bus does not take the level. Null without such a pin.
    /// </summary>
    public GpioPin? Reset { get; }

    /// <summary>Null where the config names none.</summary>
    public Ssd1306? Display { get; }

    /// <summary>Null where the config names none.</summary>
    public StatusLight? Light { get; }

    /// <summary>
    /// What acts below our processes, and what it does: "none" where nothing does. Shown in the status.
    /// </summary>
    public string DeadMan => FanWatchdog is not { } fans ? buses?.DeadMan ?? NoDeadMan
        : buses?.DeadMan is { } bus && bus != NoDeadMan ? $"{bus}; {fans}"
        : fans;

    /// <summary>No regulator of ours feeds the chips: that they are off is seen from <see cref="IsStill"/>.</summary>
    public bool IsProvenByStillness => Config.Rail is null;

    /// <summary>Of fan chips that have one. It is fed by whatever is said to the chip.</summary>
    private string? FanWatchdog =>
        Array.Find(Config.Fans, fan => fan.Part.StartsWith("emc230", StringComparison.Ordinal)) is { } fan
            ? $"{fan.Part}: {Emc2305.SilenceMax.TotalSeconds:0} s after the last word to it its fans turn fully; "
                + "it cuts no power"
            : null;

    private IBuses Wires => buses ?? throw new UsageException($"'{Config.File}' has parts, and nothing to reach them.");

    /// <summary>Opens every part the config names. The buses belong to the board from then on.</summary>
    /// <param name="buses">Null for a board that has none.</param>
    /// <param name="time">The clock of parts that need one; the machine's own where it is null.</param>
    public static Board Open(BoardConfig config, IBuses? buses, TimeProvider? time = null) =>
        new(config, buses, time ?? TimeProvider.System);

    /// <summary>
    /// True where nothing hashes for this board, whichever process it would belong to: by the kernel's word for
    /// threads, by the chips' own for chips on SPI, which are stopped first where nobody has them. Meaningful where
    /// <see cref="IsProvenByStillness"/>.
    /// </summary>
    public bool IsStill() => spi is { } chain ? chain.IsStill() : HashingLock.IsFree(Config.File);

    /// <summary>A pin that switches the rail and that nothing answers for, or null. Asks each of them.</summary>
    public int? FindMutePin() => rail?.FindMutePin();

    /// <summary>See <see cref="IBuses.LimitTrouble"/>.</summary>
    public void LimitTrouble(TimeSpan atMost) => buses?.LimitTrouble(atMost);

    public void Dispose() => buses?.Dispose();
}
