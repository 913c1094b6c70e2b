using Drivers;
using Drivers.Fans;
using Drivers.Power;
using Drivers.Sensors;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>
/// A board as physics: a lump of metal that a powered chip heats and a fan cools, a rail that needs time to die away,
/// and parts that can be broken by a property. Nothing is told that was not read, and nothing answers before it is
/// asked: the fan stands and the rail may be on when guard comes.
/// </summary>
internal sealed class Plant
{
    private const double JoulesPerDegree = 60;
    private const double WattsHashing = 18;
    private const double WattsInReset = 3;
    private const double WattsPerDegreeStill = 0.08;
    private const double WattsPerDegreeAtFullFan = 0.9;
    private const double SetVolts = 1.15;

    private readonly OperatingPoint[] points;
    private double degrees = 25;
    private double output;
    private TimeSpan troubleLeft = TimeSpan.MaxValue;
    private double told = SetVolts;

    /// <param name="points">What lower clocks need.</param>
    public Plant(params OperatingPoint[] points)
    {
        this.points = points;
        Parts = NewParts();
    }

    public GuardParts Parts { get; }

    /// <summary>What the chip runs at while it is powered and not held, in megahertz.</summary>
    public double Clock { get; set; } = 500;

    /// <summary>The rail's output.</summary>
    public double Output => output;

    /// <summary>The chip has run at a clock that needs more than the rail gave it.</summary>
    public bool WasUnderfed { get; private set; }

    public double Ambient { get; set; } = 25;

    /// <summary>What the supply gives.</summary>
    public double Input { get; set; } = 5.02;

    /// <summary>What the regulator may be told beside the board's own volts: what somebody has set.</summary>
    public double? OtherVolts { get; set; }

    /// <summary>The current follows what the chip draws; else it is always the same.</summary>
    public bool MeasuresPower { get; set; }

    /// <summary>What this piece of silicon draws of what the usual one does.</summary>
    public double Lottery { get; set; } = 1;

    /// <summary>What the meter shows of what flows.</summary>
    public double MeterLies { get; set; } = 1;

    /// <summary>Its jobs have run out: the clock tree alone draws.</summary>
    public bool Hashes { get; set; } = true;

    public double Watts => !Powered ? 0 : Held ? WattsInReset
        : Lottery * WattsHashing * (Clock / 500) * Math.Pow(told / SetVolts, 2) * (Hashes ? 1 : 0.12);

    public bool ChipSilent { get; set; }

    public bool RegulatorSilent { get; set; }

    public bool FanBlocked { get; set; }

    public bool FanRefuses { get; set; }

    /// <summary>The regulator takes no command to switch off.</summary>
    public bool RailStuck { get; set; }

    /// <summary>The regulator obeys, and the voltage stays: a shorted switch.</summary>
    public bool SwitchShorted { get; set; }

    public bool RailDropsOut { get; set; }

    /// <summary>Reading the rail costs more time than there is; what is asked after it is refused unasked.</summary>
    public bool RailTimesOut { get; set; }

    public bool ResetStuck { get; set; }

    /// <summary>Whatever is asked of a part ends in an exception that no driver promises.</summary>
    public bool Buggy { get; set; }

    /// <summary>No transfer is answered any more.</summary>
    public bool BusDead { get; set; }

    /// <summary>The bus is dead, and the port is gone.</summary>
    public bool Unplugged { get; set; }

    public bool WrongRegulator { get; set; }

    /// <summary>What a transfer does before it is answered.</summary>
    public Action? BeforeRead { get; set; }

    public double Degrees
    {
        get => degrees;
        set => degrees = Hottest = value;
    }

    public double Hottest { get; private set; } = 25;

    /// <summary>Poison: a board may be on when guard comes.</summary>
    public bool Powered { get; private set; } = true;

    /// <summary>The regulator's own idea of its output.</summary>
    public bool SwitchedOn { get; private set; } = true;

    public bool Held { get; private set; }

    public double Fans { get; private set; }

    public bool Closed { get; private set; }

    /// <summary>In the order in which they were given.</summary>
    public List<string> Commands { get; } = [];

    public bool IsCold => !Powered && Held && Fans >= 1;

    private bool IsDead => BusDead || Unplugged || troubleLeft <= TimeSpan.Zero;

    private double Needed => points.Length == 0
        ? 0
        : points.FirstOrDefault(point => point.Megahertz.Value >= Clock, new(default, new(SetVolts))).Volts.Value;

    public void Advance(TimeSpan elapsed)
    {
        Rise();
        output = Powered ? output : output * Math.Exp(-elapsed.TotalSeconds / 0.1);
        var air = FanBlocked ? 0 : Fans;
        var cooling = WattsPerDegreeStill + (air * (WattsPerDegreeAtFullFan - WattsPerDegreeStill));
        WasUnderfed |= Powered && !Held && output < Needed - 1e-9;
        var watts = Watts - (cooling * (degrees - Ambient));
        degrees += watts * elapsed.TotalSeconds / JoulesPerDegree;
        Hottest = Math.Max(Hottest, degrees);
    }

    /// <summary>A rail that is switched on rises, whether or not the test's thread gets its turn.</summary>
    private void Rise()
    {
        Powered = SwitchShorted || (SwitchedOn && !RailDropsOut);
        output = Powered ? told : output;
    }

    private GuardParts NewParts() => new()
    {
        Key = "gamma",
        Model = "Bitaxe Gamma 601",
        DeadMan = "none",
        Sensors =
        [
            new(new("chip", "chip", new(60), new(70), new(75)), new Sensor(this, offset: 0, () => ChipSilent)),
            new(new("regulator", "regulator", new(85), new(95), new(105)),
                new Sensor(this, offset: 5, () => RegulatorSilent)),
        ],
        Fans = [new("fan", new(0.25), new(1000), new Fan(this))],
        Rail = new(new(SetVolts), new(40), new Rail(this)) { VoltsMin = new(1.0), VoltsMax = new(1.25) },
        Points = points,
        Reset = new ResetLine(this),
        Megahertz = new(500),
        MegahertzMax = new(625),
        HasVanished = () => Unplugged,
        LimitTrouble = left => troubleLeft = left,
        Close = () => Closed = true,
    };

    private bool Obey(string command, bool obeys)
    {
        Commands.Add(command);
        return Buggy ? throw new InvalidOperationException("A bug in a driver.") : obeys && !IsDead;
    }

    private sealed class Sensor(Plant plant, double offset, Func<bool> silent) : ITemperatureSensor
    {
        public SensorReading Read()
        {
            plant.BeforeRead?.Invoke();
            return plant.Buggy ? throw new InvalidOperationException("A bug in a driver.")
                : silent() || plant.IsDead ? SensorFault.NoAnswer
                : new Celsius(plant.degrees + offset);
        }
    }

    private sealed class Fan(Plant plant) : IFan
    {
        public bool TryDrive(DutyCycle duty)
        {
            var obeyed = plant.Obey("fan", !plant.FanRefuses);
            plant.Fans = obeyed ? duty.Fraction : plant.Fans;
            return obeyed;
        }

        public DutyCycle? ReadDuty() => plant.IsDead || plant.FanRefuses ? null : new DutyCycle(plant.Fans);

        public FanReading ReadSpeed() => plant.IsDead ? FanFault.NoAnswer
            : plant.FanBlocked || plant.Fans == 0 ? FanFault.Stopped
            : new Rpm(6000 * plant.Fans);
    }

    private sealed class Rail(Plant plant) : IPowerRail
    {
        private bool configured;

        public Volts? InputOn => new(4.8);

        private double Amperes => !plant.Powered ? 0
            : plant.MeasuresPower ? plant.MeterLies * plant.Watts / plant.output
            : 12;

        public bool IsPresent() => !plant.WrongRegulator && !plant.IsDead;

        public bool TryConfigure() => configured = plant.Obey("configure", true);

        public bool TryTurnOn(Volts setPoint)
        {
            Assert.True(configured, "Volts before limits.");
            if (!plant.SwitchedOn || (plant.points.Length == 0 && plant.OtherVolts is null))
            {
                Assert.Equal(plant.OtherVolts ?? SetVolts, setPoint.Value);
                Assert.True(plant.Held, "Volts for chips that are not held in reset.");
            }

            Assert.InRange(setPoint.Value, 1.0, Math.Max(plant.OtherVolts ?? 0, SetVolts) + 1e-9);
            plant.told = setPoint.Value;
            plant.SwitchedOn |= plant.Obey("on", true);
            plant.Rise();
            return plant.SwitchedOn;
        }

        public bool TryTurnOff()
        {
            var obeyed = plant.Obey("off", !plant.RailStuck);
            plant.SwitchedOn &= !obeyed;
            return obeyed;
        }

        public RailReading Read()
        {
            if (plant.RailTimesOut)
            {
                plant.troubleLeft -= GuardLoop.BusBudget;
            }

            if (plant.IsDead)
            {
                return default;
            }

            var on = plant.SwitchedOn && !plant.RailDropsOut;
            return new(
                new(plant.Input), new(plant.output), new(Amperes), new(plant.degrees + 5),
                (ushort)(on ? 0 : 0x0840), null);
        }
    }

    private sealed class ResetLine(Plant plant) : IResetLine
    {
        public bool TryHold() => Drive("hold", held: true);

        public bool TryRelease() => Drive("release", held: false);

        private bool Drive(string command, bool held)
        {
            var obeyed = plant.Obey(command, !plant.ResetStuck);
            plant.Held = obeyed ? held : plant.Held;
            return obeyed;
        }
    }
}
