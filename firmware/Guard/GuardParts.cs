using System.Device.Gpio;
using Drivers;
using Drivers.Displays;
using Drivers.Fans;
using Drivers.Power;
using Drivers.Sensors;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>The line that holds the chips in reset. A false is "it did not obey, or reads back otherwise".</summary>
public interface IResetLine
{
    bool TryHold();

    bool TryRelease();
}

/// <summary>A temperature that guards the board.</summary>
public sealed record GuardedSensor(ThermalLimits Limits, ITemperatureSensor Part);

/// <param name="DutyMin">Never driven below it.</param>
/// <param name="RpmMin">Slower than this at full drive is no fan to start with.</param>
public sealed record GuardedFan(string Name, DutyCycle DutyMin, Rpm RpmMin, IFan Part);

/// <param name="SetPoint">What the chips get.</param>
/// <param name="WattsMax">What may flow into them.</param>
public sealed record GuardedRail(Volts SetPoint, Watts WattsMax, IPowerRail Part)
{
    /// <summary>No set-point goes below it; null where nobody knows, and then none goes below what it is.</summary>
    public Volts? VoltsMin { get; init; }

    /// <summary>The same above.</summary>
    public Volts? VoltsMax { get; init; }

    /// <summary>A pin that switches it and that nothing answers for, or null: why it may not obey.</summary>
    public Func<int?> FindMutePin { get; init; } = () => null;
}

/// <summary>Everything that guard holds of one board, and nothing else of it.</summary>
public sealed record GuardParts : IDisposable
{
    /// <summary>The board's name on the link: its file's name.</summary>
    public required string Key { get; init; }

    /// <summary>Shown to people.</summary>
    public required string Model { get; init; }

    /// <summary>What cuts the power below our processes; "none" where nothing does.</summary>
    public required string DeadMan { get; init; }

    public required IReadOnlyList<GuardedSensor> Sensors { get; init; }

    public required IReadOnlyList<GuardedFan> Fans { get; init; }

    /// <summary>What each part on a bus has to show itself as.</summary>
    public IReadOnlyList<PartIdentity> Identities { get; init; } = [];

    /// <summary>
    /// Null where no regulator of ours feeds the chips: then <see cref="IsStill"/> is what proves them off.
    /// </summary>
    public required GuardedRail? Rail { get; init; }

    /// <summary>Null where there is no such line: then it is the grant alone that holds the chips.</summary>
    public required IResetLine? Reset { get; init; }

    /// <summary>What the board shows of itself; null where it has none.</summary>
    public Ssd1306? Display { get; init; }

    /// <summary>Null where the board has none.</summary>
    public StatusLight? Light { get; init; }

    /// <summary>Without a rail: true where nothing hashes, as somebody else than mine can see.</summary>
    public Func<bool> IsStill { get; init; } = () => true;

    /// <summary>Lower clocks that need less than the rail's set-point, in ascending order.</summary>
    public IReadOnlyList<OperatingPoint> Points { get; init; } = [];

    /// <summary>What a healthy board draws; null where its file does not say.</summary>
    public EnergyModel? Energy { get; init; }

    /// <summary>The clock that it has where nobody sets another.</summary>
    public required Megahertz Megahertz { get; init; }

    /// <summary>No clock goes above it.</summary>
    public required Megahertz MegahertzMax { get; init; }

    /// <summary>The way to the board is gone: it was unplugged, which is no fault of its parts.</summary>
    public Func<bool> HasVanished { get; init; } = () => false;

    /// <summary>From now on, transfers that fail may cost so long in all; then each one fails at once.</summary>
    public Action<TimeSpan> LimitTrouble { get; init; } = _ => { };

    /// <summary>Closes what the parts were opened with.</summary>
    public Action Close { get; init; } = () => { };

    /// <summary>The parts of a board that was opened from its config.</summary>
    /// <param name="hasVanished">See <see cref="HasVanished"/>.</param>
    public static GuardParts Of(Board board, Func<bool> hasVanished) => new()
    {
        Key = board.Key,
        Model = board.Config.Name,
        DeadMan = board.DeadMan,
        Identities = board.Identities,
        Sensors = Array.ConvertAll(board.Sensors, sensor => new GuardedSensor(LimitsOf(sensor.Config), sensor.Sensor)),
        Fans = Array.ConvertAll(
            board.Fans, fan => new GuardedFan(fan.Config.Name, fan.Config.DutyMin, fan.Config.RpmMin, fan.Fan)),
        Rail = board is { Rail: { } part, Config.Rail: { } rail }
            ? new(rail.Volts, rail.WattsMax, part)
            {
                VoltsMin = rail.VoltsMin,
                VoltsMax = rail.VoltsMax,
                FindMutePin = board.FindMutePin,
            }
            : null,
        Energy = EnergyOf(board.Config),
        Points = board.Config.Points,
        Reset = board.Reset is { } pin ? new ResetPin(pin) : null,
        Display = board.Display,
        Light = board.Light,
        IsStill = board.IsProvenByStillness ? board.IsStill : () => true,
        Megahertz = new(board.Config.Chains.Min(chain => chain.Megahertz.Value)),
        MegahertzMax = new(board.Config.Chains.Min(chain => chain.MegahertzMax.Value)),
        HasVanished = hasVanished,
        LimitTrouble = board.LimitTrouble,
        Close = board.Dispose,
    };

    public void Dispose() => Close();

    private static EnergyModel? EnergyOf(BoardConfig config) => config.Energy is { } energy
        ? new(energy.Watts, energy.Megahertz, energy.Volts, config.ResultsPerMegahertz)
        : null;

    private static ThermalLimits LimitsOf(SensorConfig sensor) =>
        new(sensor.Name, sensor.HeatSource, sensor.Target, sensor.Critical, sensor.Off);

    /// <summary>Active low, as on every board we know.</summary>
    private sealed class ResetPin(GpioPin pin) : IResetLine
    {
        public bool TryHold() => TryWrite(PinValue.Low);

        public bool TryRelease() => TryWrite(PinValue.High);

        private bool TryWrite(PinValue level)
        {
            try
            {
                pin.Write(level);
                return pin.Read() == level;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
