using static Simulator.Parts.Tps546Registers;

namespace Simulator.Parts;

/// <summary>What the regulator measures at its pins.</summary>
internal readonly record struct RailInputs(double SupplyVolts, double LoadAmperes, double DieDegrees);

/// <summary>
/// TI TPS546D24A at its PMBus: the output is on only when its commands say so and the supply suffices, limits act,
/// status bits stay until cleared, and a transfer with a wrong packet error code changes nothing.
/// </summary>
internal sealed class Tps546Chip : PmBusPart
{
    private const int Exponent = -9;
    private const byte RelativeLimits = 0x97;
    private const byte AbsoluteLimits = 0x17;
    private const double SupplyStep = 0.25;

    private readonly Dictionary<byte, PmBusRegister> registers;
    private readonly RailStage stage;
    private readonly Faults faults;
    private bool supplied;
    private bool latchedOff;

    public Tps546Chip(int address, RailStage stage, Faults faults)
        : this(address, stage, faults, PowerOn())
    {
    }

    private Tps546Chip(int address, RailStage stage, Faults faults, Dictionary<byte, PmBusRegister> registers)
        : base(address, registers)
    {
        this.registers = registers;
        this.stage = stage;
        this.faults = faults;
    }

    /// <summary>Set by the world before each transfer and each step.</summary>
    public RailInputs Inputs { get; set; }

    /// <summary>How often the host wrote the part's non-volatile memory, which wears.</summary>
    public int StoreCommands { get; private set; }

    public double LoadWatts => stage.Volts * Inputs.LoadAmperes;

    private double WantedVolts
    {
        get
        {
            var margin = (registers[Operation].Value[0] >> 4 & 0x3) switch
            {
                0x1 => Ratio(VoutMarginLow),
                0x2 => Ratio(VoutMarginHigh),
                _ => 1,
            };
            var wanted = Vout(VoutCommand) * margin;
            return Math.Clamp(wanted, Vout(VoutMin), Math.Max(Vout(VoutMin), Vout(VoutMax)));
        }
    }

    /// <summary>A board that its last host left running.</summary>
    public void StartOn(double volts)
    {
        registers[OnOffConfig].Value = [0x1B];
        registers[Operation].Value = [0x80];
        SetWord(VoutCommand, PmBusNumber.ToLinear16(volts, Exponent));
        supplied = true;
        stage.StartOn(volts);
    }

    /// <summary>Lets time pass: ramps, protections, and the supply's thresholds.</summary>
    public void Advance(double seconds, TimeSpan now)
    {
        supplied = Inputs.SupplyVolts >= Supply(VinOn) || (supplied && Inputs.SupplyVolts > Supply(VinOff));
        Protect();
        stage.Drive(faults.RailStuckOn ? stage.On : CommandedOn && supplied && !latchedOff && !faults.RailTripped, now);
        stage.Advance(seconds, WantedVolts, PmBusNumber.FromLinear11(registers[TonRise].Word) / 1000);
    }

    /// <summary>ON_OFF_CONFIG: bit 4 not always on, bit 3 heed OPERATION, bit 2 heed the pin, which is low.</summary>
    private bool CommandedOn
    {
        get
        {
            var config = registers[OnOffConfig].Value[0];
            var operationOn = (config & 0x08) == 0 || (registers[Operation].Value[0] & 0x80) != 0;
            var pinOn = (config & 0x04) == 0;
            return (config & 0x10) == 0 || (operationOn && pinOn);
        }
    }

    private void Protect()
    {
        if (!stage.On)
        {
            return;
        }

        Compare(Inputs.LoadAmperes, IoutOverWarning, StatusIout, 0x20);
        Compare(Inputs.DieDegrees, OverTemperatureWarning, StatusTemperature, 0x40);
        Trip(Compare(Inputs.LoadAmperes, IoutOverFault, StatusIout, 0x80), IoutOverResponse);
        Trip(Compare(Inputs.DieDegrees, OverTemperatureFault, StatusTemperature, 0x80), OverTemperatureResponse);
        Trip(Compare(Inputs.SupplyVolts, VinOverFault, StatusInput, 0x80), 0x56);
    }

    private bool Compare(double value, byte limit, byte status, byte flag)
    {
        var exceeded = value > PmBusNumber.FromLinear11(registers[limit].Word);
        if (exceeded)
        {
            Flag(status, flag);
        }

        return exceeded;
    }

    /// <summary>A response byte with top bits 00 goes on; all others switch off and latch here.</summary>
    private void Trip(bool faulty, byte response) =>
        latchedOff |= faulty && (registers[response].Value[0] & 0xC0) != 0;

    protected override bool Accept(PmBusRegister register, ReadOnlySpan<byte> data)
    {
        switch (Pointer)
        {
            case ClearFaults:
                ClearStatus();
                return true;
            case StoreDefaultAll or StoreUserAll:
                StoreCommands++;
                return true;
            case RestoreUserAll:
                return true;
            case >= StatusVout and <= StatusMfr:
                register.Value[0] &= (byte)~data[0];
                return true;
            default:
                return Store(register, data);
        }
    }

    private bool Store(PmBusRegister register, ReadOnlySpan<byte> data)
    {
        if (!IsAcceptable(data))
        {
            // The part acknowledges and keeps what it had.
            Flag(StatusCml, CmlBadData);
            return true;
        }

        register.Value = (register.Shape == PmBusShape.Block ? data[1..] : data).ToArray();
        var volts = Vout(VoutCommand);
        if (Pointer == VoutCommand && (volts < Vout(VoutMin) || volts > Vout(VoutMax)))
        {
            Flag(StatusVout, 0x08);
        }

        if (Pointer is Operation or OnOffConfig && !CommandedOn)
        {
            latchedOff = false; // Off and on again is how a latched shutdown is left.
        }

        return true;
    }

    /// <summary>The limits of the silicon, its bug with VIN_UV_WARN_LIMIT among them: 2.5 to 8 V are refused.</summary>
    private bool IsAcceptable(ReadOnlySpan<byte> data)
    {
        var linear = data.Length == 2 ? PmBusNumber.FromLinear11((ushort)(data[0] | data[1] << 8)) : 0;
        return Pointer switch
        {
            VoutMode => data[0] is RelativeLimits or AbsoluteLimits,
            VinOn => linear is >= 2.5 and <= 18.25,
            VinOff => linear is >= 2.25 and <= 15.75,
            VinUnderWarning => linear is < 2.5 or > 8,
            _ => true,
        };
    }

    protected override void Measure()
    {
        SetWord(ReadVin, PmBusNumber.ToLinear11(Inputs.SupplyVolts));
        SetWord(ReadVout, PmBusNumber.ToLinear16(stage.Volts, Exponent));
        SetWord(ReadIout, PmBusNumber.ToLinear11(Math.Round(Inputs.LoadAmperes, 3)));
        SetWord(ReadTemperature1, PmBusNumber.ToLinear11(Math.Round(Inputs.DieDegrees)));
        var word = Summary(stage.On, powerGood: stage.On && stage.Volts > 0.9 * WantedVolts);
        SetWord(StatusWord, word);
        registers[StatusByte].Value = [(byte)(word & 0xFF)];
    }

    private double Vout(byte register) => PmBusNumber.FromLinear16(registers[register].Word, Exponent);

    /// <summary>Margins are ratios, or volts where VOUT_MODE says that limits are absolute.</summary>
    private double Ratio(byte register) =>
        Vout(register) / (registers[VoutMode].Value[0] == RelativeLimits ? 1 : Vout(VoutCommand));

    /// <summary>The comparators know steps of a quarter volt, rounded down.</summary>
    private double Supply(byte register) =>
        Math.Floor(PmBusNumber.FromLinear11(registers[register].Word) / SupplyStep) * SupplyStep;
}
