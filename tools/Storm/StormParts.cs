using Drivers;
using Drivers.Fans;
using Drivers.Power;
using Drivers.Sensors;
using Firmware.Boards;
using Firmware.Guard;

namespace Storm;

/// <summary>Handles to a board's parts, as guard has them; safe-off has others of its own.</summary>
internal static class StormParts
{
    private const double Resolution = 0.125;

    public static GuardParts Of(StormBoard board) => new()
    {
        Key = board.Config.Key,
        Model = board.Config.Name,
        DeadMan = "none",
        Sensors =
        [
            .. board.Config.Sensors.Select((sensor, i) => new GuardedSensor(
                LimitsOf(sensor), new Sensor(board, i))),
        ],
        Fans =
        [
            .. board.Config.Fans.Select((fan, i) =>
                new GuardedFan(fan.Name, fan.DutyMin, fan.RpmMin, new Fan(board, i))),
        ],
        Rail = new(board.Config.Rail!.Volts, board.Config.Rail.WattsMax, new Rail(board))
        {
            VoltsMin = board.Config.Rail.VoltsMin,
            VoltsMax = board.Config.Rail.VoltsMax,
        },
        Energy = board.Config.Energy is { } energy
            ? new(energy.Watts, energy.Megahertz, energy.Volts, ResultsPerMegahertz(board.Config))
            : null,
        Points = board.Config.Points,
        Reset = new ResetLine(board),
        Megahertz = new(board.Config.Chains.Min(chain => chain.Megahertz.Value)),
        MegahertzMax = new(board.Config.Chains.Min(chain => chain.MegahertzMax.Value)),
        HasVanished = () => board.Troubles.Unplugged,
        LimitTrouble = board.Bus.LimitTrouble,
    };

    private static double ResultsPerMegahertz(BoardConfig config) =>
        StormChips.FullRate / config.Chains[0].Megahertz.Value;

    public static ThermalLimits LimitsOf(SensorConfig sensor) =>
        new(sensor.Name, sensor.HeatSource, sensor.Target, sensor.Critical, sensor.Off);

    private sealed class Sensor(StormBoard board, int index) : ITemperatureSensor
    {
        private readonly Part part = StormBoard.PartOf(board.Config.Sensors[index].HeatSource);

        public SensorReading Read()
        {
            var reading = Ask();
            board.Told(index, reading.Value?.Degrees);
            return reading;
        }

        private SensorReading Ask()
        {
            var troubles = board.Troubles;
            if (!board.Bus.Transfer() || troubles.SensorSilent[index])
            {
                return SensorFault.NoAnswer;
            }

            // Another part knows other registers: what it answers is a number all the same.
            if (troubles.SensorSwapped[index] || board.Bus.IsNonsense())
            {
                return new Celsius(board.Noise.Between(-64, 128));
            }

            var degrees = troubles.SensorStuckAt[index]?.Degrees ?? board.Metal[part];
            var noise = troubles.SensorNoise[index];
            degrees += troubles.SensorLie[index] + (noise > 0 ? board.Noise.Between(-noise, noise) : 0);
            degrees = troubles.Sabotage == Sabotage.NoCutOff ? Math.Min(degrees, 60) : degrees;
            return new Celsius(Math.Floor(degrees / Resolution) * Resolution);
        }
    }

    private sealed class Fan(StormBoard board, int index) : IFan
    {
        public bool TryDrive(DutyCycle duty)
        {
            if (!board.Bus.Transfer() || board.Troubles.FanDeaf[index])
            {
                return false;
            }

            board.Drive(index, duty);
            return true;
        }

        public DutyCycle? ReadDuty() => board.Bus.Transfer() ? new DutyCycle(board.Duty(index)) : null;

        public FanReading ReadSpeed()
        {
            const double slowestTold = 80;
            return !board.Bus.Transfer() ? FanFault.NoAnswer
                : board.FanRpm(index) is var rpm && rpm < slowestTold ? FanFault.Stopped
                : new Rpm(rpm);
        }
    }

    private sealed class Rail(StormBoard board) : IPowerRail
    {
        private const ushort Off = 0x0840;

        public bool IsPresent() => board.Bus.Transfer() && !board.Troubles.RailSwapped;

        public bool TryConfigure() => board.Bus.Transfer() && !board.Troubles.RailDeaf;

        public bool TryTurnOn(Volts setPoint)
        {
            if (!Obeys())
            {
                return false;
            }

            board.SwitchOn(
                board.Troubles.Sabotage == Sabotage.TooManyVolts ? new(1.1 * setPoint.Value) : setPoint);
            return true;
        }

        public bool TryTurnOff()
        {
            if (!Obeys())
            {
                return false;
            }

            if (board.Troubles.Sabotage != Sabotage.NoPowerOff)
            {
                board.SwitchOff();
            }

            return true;
        }

        public RailReading Read()
        {
            if (!board.Bus.Transfer() || board.Troubles.RailMute)
            {
                return default;
            }

            if (board.Bus.IsNonsense())
            {
                return new(new(80.88), new(board.Noise.Between(0, 2)), new(0), new(25), 0xFFFF, "every bit is set");
            }

            var amperes = board.Output > 0.01 ? board.Watts / board.Output : 0;
            var isOn = board.SwitchedOn && !board.Troubles.RailTripped;
            return new(
                new(board.Config.Rail!.Input.Value - board.Troubles.InputSag),
                new(board.Output),
                new(amperes),
                new(board.Metal[Part.Regulator]),
                (ushort)(isOn ? 0 : Off),
                null);
        }

        /// <summary>Whoever stands at the address takes no command of another's, and a hurt frame is refused.</summary>
        private bool Obeys() => board.Bus.Transfer() && !board.Troubles.RailDeaf && !board.Troubles.RailSwapped;
    }

    private sealed class ResetLine(StormBoard board) : IResetLine
    {
        public bool TryHold() => Drive(held: true);

        public bool TryRelease() => Drive(held: false);

        private bool Drive(bool held)
        {
            if (!board.Bus.Pin())
            {
                return false;
            }

            board.Hold(held && board.Troubles.Sabotage != Sabotage.NoReset);
            return true;
        }
    }
}
