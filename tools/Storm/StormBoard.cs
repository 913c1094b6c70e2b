using Drivers;
using Firmware.Boards;
using Firmware.Guard;

namespace Storm;

/// <summary>
/// A board as physics behind the seam of sensors, fans, rail and reset line: chips that draw power, a rail that needs
/// time to die away, fans with inertia, metal that heats. Its limits are those of a board file.
/// </summary>
internal sealed class StormBoard
{
    private const double LeakageShare = 1.5 / Metal.GammaWatts;
    private const double IdleShare = 0.12; // The clock tree alone, while no job is hashed.
    private const double RegulatorLoss = 0.11;
    private const double DischargeSeconds = 0.015;
    private const double PoweredFromVolts = 0.6;
    private const double FanSeconds = 0.8;

    /// <summary>Of what a board file allows as most, what healthy chips draw: 18.5 of a Gamma's 40 W.</summary>
    private const double UsualShareOfWattsMax = Metal.GammaWatts / 40;

    private readonly SimulatedClock clock;
    private readonly RailConfig rail;
    private readonly double[] duty;
    private readonly double[] turning;
    private readonly ThermalLimits[] limits;
    private readonly int[] hotSamples;
    private TimeSpan last;

    /// <summary>Poison: a board may be on when guard comes.</summary>
    public StormBoard(
        BoardConfig config, Circumstances circumstances, SimulatedClock clock, Troubles troubles, Dice dice)
    {
        Config = config;
        this.clock = clock;
        Troubles = troubles;
        rail = config.Rail ?? throw new ArgumentException($"{config.File} has no rail.", nameof(config));
        WattsAtFull = circumstances.Watts;
        Bus = new SimulatedBus(clock, troubles, dice.Split());
        Metal = new Metal(circumstances, WattsBuiltFor(config));
        Chips = new StormChips(config, dice.Split());
        Noise = dice.Split();
        duty = new double[config.Fans.Length];
        turning = new double[config.Fans.Length];
        ToldVolts = rail.Volts.Value;
        limits = Array.ConvertAll(config.Sensors, StormParts.LimitsOf);
        hotSamples = new int[limits.Length];
    }

    public BoardConfig Config { get; }

    public Troubles Troubles { get; }

    public SimulatedBus Bus { get; }

    public Metal Metal { get; }

    public StormChips Chips { get; }

    public Dice Noise { get; }

    public double WattsAtFull { get; }

    /// <summary>What the regulator was told, whether or not it is on.</summary>
    public double ToldVolts { get; private set; }

    /// <summary>The regulator's own idea of its output.</summary>
    public bool SwitchedOn { get; private set; } = true;

    /// <summary>When it last obeyed the command to switch off while it was on.</summary>
    public TimeSpan? SwitchedOffAt { get; private set; }

    /// <summary>When a sensor last told of so much heat, or told of it twice, that the power has to go.</summary>
    public TimeSpan? ConfirmedAt { get; private set; }

    /// <summary>What a meter across the chips shows.</summary>
    public double Output { get; private set; }

    public bool IsDriven => (SwitchedOn && !Troubles.RailTripped) || Troubles.RailShorted;

    public bool Held { get; private set; }

    public TimeSpan? HeldAt { get; private set; }

    /// <summary>The first set-point that was outside of the board's limits, or null.</summary>
    public string? OutsideLimits { get; private set; }

    public double Watts { get; private set; }

    public bool IsPowered => Output >= PoweredFromVolts;

    /// <summary>The chips run at most of their clock.</summary>
    public bool WorksHard => IsPowered && !Held && Chips.IsHashing
        && Chips.Megahertz >= 0.75 * Config.Chains[0].Megahertz.Value;

    public bool FansAreFull => Array.TrueForAll(duty, one => one >= 1);

    public static double WattsBuiltFor(BoardConfig config) =>
        config.Energy?.Watts.Value
        ?? UsualShareOfWattsMax * (config.Rail?.WattsMax.Value ?? Metal.GammaWatts / UsualShareOfWattsMax);

    public static Part PartOf(string heatSource) => heatSource switch
    {
        _ when heatSource.StartsWith("chip", StringComparison.Ordinal) => Part.Chip,
        _ when heatSource.StartsWith("reg", StringComparison.Ordinal) => Part.Regulator,
        _ => Part.Board,
    };

    public double FanRpm(int fan) => turning[fan] * FullRpm(fan);

    public double Duty(int fan) => duty[fan];

    public double FullRpm(int fan) => Math.Max(3 * Config.Fans[fan].RpmMin.Value, 3000);

    /// <summary>Lets the time pass that the clock has moved on by.</summary>
    public void Advance()
    {
        var seconds = (clock.Now - last).TotalSeconds;
        last = clock.Now;
        if (seconds <= 0)
        {
            return;
        }

        Output = IsDriven
            ? Math.Max(0, ToldVolts + Troubles.RailOffset)
            : Output * Math.Exp(-seconds / DischargeSeconds);
        Chips.Supply(IsPowered && !Held);
        Chips.Work(seconds, Troubles);
        Watts = ChipWatts();
        Turn(seconds);
        var air = turning.Length == 0 ? 1 : turning.Average();
        Metal.Advance(seconds, Watts, Watts * RegulatorLoss, air, clock.Now);
    }

    /// <summary>A sensor has told guard something, or (null) nothing.</summary>
    public void Told(int sensor, double? degrees)
    {
        hotSamples[sensor] = degrees >= limits[sensor].Off.Degrees ? hotSamples[sensor] + 1 : 0;
        var confirms = hotSamples[sensor] == 2
            || (hotSamples[sensor] == 1 && degrees >= limits[sensor].Instant.Degrees);
        ConfirmedAt = confirms && SwitchedOn ? clock.Now : ConfirmedAt;
    }

    /// <summary>What a sensor would say if nothing were wrong with it.</summary>
    public double SeenBy(int sensor) =>
        Metal[PartOf(Config.Sensors[sensor % Config.Sensors.Length].HeatSource)];

    /// <summary>The cable to the host goes out or in. The board keeps its power.</summary>
    public void Unplug(bool isOut) => Troubles.Unplugged = isOut;

    public void Hold(bool held)
    {
        HeldAt = held && !Held ? clock.Now : HeldAt;
        Held = held;
        Chips.Supply(IsPowered && !Held);
    }

    public void SwitchOn(Volts volts)
    {
        if (volts.Value < rail.VoltsMin.Value - 1e-9 || volts.Value > rail.VoltsMax.Value + 1e-9)
        {
            OutsideLimits ??= $"the rail was told {volts}, and its limits are {rail.VoltsMin} and {rail.VoltsMax}";
        }

        if (!SwitchedOn && !Held)
        {
            OutsideLimits ??= "the rail was switched on while the chips were not held in reset";
        }

        ToldVolts = volts.Value;
        SwitchedOn = true;
    }

    public void SwitchOff()
    {
        SwitchedOffAt = SwitchedOn ? clock.Now : SwitchedOffAt;
        SwitchedOn = false;
    }

    public void Drive(int fan, DutyCycle to)
    {
        if (to.Fraction < Config.Fans[fan].DutyMin.Fraction - 1e-9)
        {
            var (name, least) = (Config.Fans[fan].Name, Config.Fans[fan].DutyMin);
            OutsideLimits ??= $"the fan '{name}' was told {to}, and {least} is least";
        }

        duty[fan] = to.Fraction;
    }

    private double ChipWatts()
    {
        var square = Output / rail.Volts.Value * (Output / rail.Volts.Value);
        var clocked = Held || !IsPowered ? 0
            : Chips.Megahertz / Config.Chains[0].Megahertz.Value * (Chips.IsHashing ? 1 : IdleShare);
        return Troubles.Draw * WattsAtFull * square * (LeakageShare + ((1 - LeakageShare) * clocked));
    }

    private void Turn(double seconds)
    {
        var follow = 1 - Math.Exp(-seconds / FanSeconds);
        for (var i = 0; i < turning.Length; i++)
        {
            turning[i] += follow * ((duty[i] * (1 - Troubles.FanWear[i])) - turning[i]);
            turning[i] = Troubles.FanStalled[i] ? 0 : turning[i];
        }
    }
}
