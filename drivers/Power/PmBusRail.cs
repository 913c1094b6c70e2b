using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

/// <summary>What regulators on PMBus have in common: settings, the switch, the telemetry.</summary>
internal static class PmBusRail
{
    public const byte SwitchedOff = 0x00;
    public const byte SwitchedOn = 0x80;

    /// <summary>ON_OFF_CONFIG: obeys OPERATION, ignores the pin, and goes off at once.</summary>
    public const byte ObeysOperation = 0x1B;

    /// <summary>The bits of ON_OFF_CONFIG without which OPERATION does not switch off.</summary>
    private const byte ObedienceBits = 0x18;

    private const byte PecSupported = 0x80;
    private const ushort AllOnes = 0xFFFF;

    extension(PmBus bus)
    {
        /// <summary>Finds out whether the part checks its packets; then every transfer is.</summary>
        public void FindPec()
        {
            // Without the check: only the answer says whether the part has it.
            var pec = bus.Pec;
            bus.Pec = false;
            var answered = bus.TryReadByte((byte)Command.Capability, out var capability);
            bus.Pec = answered ? (capability & PecSupported) != 0 : pec;
        }

        /// <summary>Writes a setting and reads it back; the part may round to its own step.</summary>
        public bool TryKeep(Setting setting)
        {
            var command = (byte)setting.Command;
            if (setting.Kind == SettingKind.Byte)
            {
                return bus.TryWriteByte(command, (byte)setting.Bits)
                    && bus.TryReadByte(command, out var kept)
                    && kept == setting.Bits;
            }

            return bus.TryWriteWord(command, setting.Bits)
                && bus.TryReadWord(command, out var word)
                && setting.IsKeptBy(word);
        }

        /// <summary>OPERATION is what decides; false for a part that forgot its configuration.</summary>
        public bool IsObedient() =>
            bus.TryReadByte((byte)Command.OnOffConfig, out var obeys) && obeys == ObeysOperation;

        /// <summary>
        /// OPERATION off, whatever the part's configuration. True where it reads back as told and the part says that
        /// its output is off.
        /// </summary>
        public bool TrySwitchOff()
        {
            bus.TryWriteByte((byte)Command.Operation, SwitchedOff);

            // A part with its factory settings may obey its pin alone, or nothing.
            if (!bus.TryReadByte((byte)Command.OnOffConfig, out var obeys) || (obeys & ObedienceBits) != ObedienceBits)
            {
                bus.TryWriteByte((byte)Command.OnOffConfig, ObeysOperation);
                bus.TryWriteByte((byte)Command.Operation, SwitchedOff);
            }

            return bus.TryReadByte((byte)Command.Operation, out var operation) && (operation & SwitchedOn) == 0
                && bus.SaysItIsOff();
        }

        /// <summary>STATUS_WORD says that the output is off.</summary>
        public bool SaysItIsOff() =>
            bus.TryReadWord((byte)Command.StatusWord, out var status) && status != AllOnes
            && (status & PmBusStatus.Off) != 0;

        /// <summary>Null where the part does not answer. All ones are an empty bus, not a set of faults.</summary>
        public PmBusStatus? ReadStatus()
        {
            if (!bus.TryReadWord((byte)Command.StatusWord, out var word) || word == AllOnes)
            {
                return null;
            }

            byte Detail(Command command, ushort summary) =>
                (word & summary) != 0 && bus.TryReadByte((byte)command, out var bits) && bits != 0xFF ? bits : (byte)0;

            return new PmBusStatus(
                word,
                Vout: Detail(Command.StatusVout, PmBusStatus.VoutSummary),
                Iout: Detail(Command.StatusIout, PmBusStatus.IoutSummary),
                Input: Detail(Command.StatusInput, PmBusStatus.InputSummary),
                Temperature: Detail(Command.StatusTemperature, PmBusStatus.TemperatureSummary),
                Cml: Detail(Command.StatusCml, PmBusStatus.CmlSummary),
                Manufacturer: Detail(Command.StatusMfrSpecific, PmBusStatus.ManufacturerSummary));
        }

        /// <summary>
        /// Null where the part does not answer, or says what it cannot measure. All ones, which would be −0.5, are an
        /// empty bus.
        /// </summary>
        public double? ReadLinear(Command command, double min, double max) =>
            bus.TryReadWord((byte)command, out var word) && word != AllOnes
            && PmBusNumbers.FromLinear11(word) is var value
            && value >= min && value <= max
                ? value
                : null;

        public Volts? ReadVolts(Command command, double max) =>
            bus.ReadLinear(command, 0, max) is { } volts ? new Volts(volts) : null;

        public Amperes? ReadAmperes(Command command, double max) =>
            bus.ReadLinear(command, -20, max) is { } amperes ? new Amperes(amperes) : null;

        public Celsius? ReadCelsius(Command command) =>
            bus.ReadLinear(command, -40, 170) is { } degrees ? new Celsius(degrees) : null;

        /// <summary>READ_VOUT in the format of VOUT_MODE.</summary>
        public Volts? ReadOutput(double max) =>
            bus.TryReadByte((byte)Command.VoutMode, out var mode)
            && bus.TryReadWord((byte)Command.ReadVout, out var word)
            && PmBusNumbers.FromULinear16(word, PmBusNumbers.ExponentOf(mode)) is var volts && volts <= max
                ? new Volts(volts)
                : null;

        /// <summary>All that a rail tells of itself but its output, whose format is the part's own.</summary>
        /// <param name="ownFaults">False where nobody has published what the part's own status bits mean.</param>
        public RailReading ReadRail(double amperesMax, bool wantedOn, bool ownFaults = true)
        {
            var status = bus.ReadStatus();
            return new(
                Input: bus.ReadVolts(Command.ReadVin, max: 25),
                Output: null,
                Current: bus.ReadAmperes(Command.ReadIout, amperesMax),
                Temperature: bus.ReadCelsius(Command.ReadTemperature1),
                Status: status?.Word,
                Fault: (status is { } known && !ownFaults ? known with { Manufacturer = 0 } : status)?.Fault(wantedOn))
            {
                Registers = status,
            };
        }
    }

    /// <summary>READ_TEMPERATURE_1: about the regulator's heat.</summary>
    public sealed class Die(PmBus bus) : ITemperatureSensor
    {
        public SensorReading Read() => bus.TryReadWord((byte)Command.ReadTemperature1, out var word) && word != AllOnes
            ? PmBusNumbers.FromLinear11(word) is >= -273 and var degrees
                ? ((SensorReading)new Celsius(degrees)).OfMetal()
                : SensorFault.Implausible
            : SensorFault.NoAnswer;
    }
}
