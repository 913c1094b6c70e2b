using static Simulator.Parts.Tps546Registers;

namespace Simulator.Parts;

/// <summary>
/// Maxim MAX15301 at its PMBus: volts in 1/4096, a format that cannot be written, and a VOUT_MAX that power-on sets to
/// a tenth above the output it was strapped to. Limits trip and latch until it is told to be off.
/// </summary>
internal sealed class Max15301Chip : PmBusPart
{
    private const int Exponent = -12;
    private const double StrappedVolts = 1.0;
    private const double RiseSeconds = 0.003;

    private readonly Dictionary<byte, PmBusRegister> registers;
    private bool latchedOff;

    public Max15301Chip(int address)
        : this(address, AfterPowerOn())
    {
    }

    private Max15301Chip(int address, Dictionary<byte, PmBusRegister> registers)
        : base(address, registers) => this.registers = registers;

    public RailStage Stage { get; } = new();

    public RailInputs Inputs { get; set; } = new(12, 0, 25);

    private double WantedVolts => PmBusNumber.FromLinear16(
        Math.Min(registers[VoutCommand].Word, registers[VoutMax].Word), Exponent);

    private bool CommandedOn => (registers[OnOffConfig].Value[0] & 0x0C) == 0x08
        && (registers[Operation].Value[0] & 0x80) != 0;

    /// <summary>Lets time pass: ramps and protections.</summary>
    public void Advance(double seconds, TimeSpan now)
    {
        latchedOff &= CommandedOn;
        if (Stage.On)
        {
            Trip(Inputs.LoadAmperes, IoutOverFault, StatusIout);
            Trip(Inputs.DieDegrees, OverTemperatureFault, StatusTemperature);
        }

        Stage.Drive(CommandedOn && !latchedOff && Inputs.SupplyVolts > 5.5, now);
        Stage.Advance(seconds, WantedVolts, RiseSeconds);
    }

    protected override bool Accept(PmBusRegister register, ReadOnlySpan<byte> data)
    {
        if (Pointer == ClearFaults)
        {
            ClearStatus();
        }
        else
        {
            register.Value = data.ToArray();
        }

        return true;
    }

    protected override void Measure()
    {
        SetWord(ReadVin, PmBusNumber.ToLinear11(Inputs.SupplyVolts));
        SetWord(ReadVout, PmBusNumber.ToLinear16(Stage.Volts, Exponent));
        SetWord(ReadIout, PmBusNumber.ToLinear11(Math.Round(Inputs.LoadAmperes, 3)));
        SetWord(ReadTemperature1, PmBusNumber.ToLinear11(Math.Round(Inputs.DieDegrees)));
        SetWord(StatusWord, Summary(Stage.On, Stage.On && Stage.Volts > 0.9 * WantedVolts));
    }

    private void Trip(double value, byte limit, byte status)
    {
        if (value > PmBusNumber.FromLinear11(registers[limit].Word))
        {
            Flag(status, 0x80);
            latchedOff = true;
        }
    }

    private static Dictionary<byte, PmBusRegister> AfterPowerOn()
    {
        var registers = new Dictionary<byte, PmBusRegister>
        {
            [ClearFaults] = new(PmBusShape.Send, readOnly: false, []),
            [OnOffConfig] = Plain(0x16),
            [0x19] = Fixed(0xB0),
            [VoutMode] = Fixed(0x14),
            [VoutCommand] = Word(PmBusNumber.ToLinear16(StrappedVolts, Exponent)),
            [VoutMax] = Word(PmBusNumber.ToLinear16(StrappedVolts * 1.1, Exponent)),
            [VinOff] = Word(0xCAC0),
            [IoutOverFault] = Word(PmBusNumber.ToLinear11(50)),
            [OverTemperatureFault] = Word(PmBusNumber.ToLinear11(130)),
            [0xAD] = new(PmBusShape.Block, readOnly: true, "MAX15301AA"u8.ToArray()),
        };
        byte[] bytes = [Operation, OverTemperatureResponse, 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F, 0x80];
        byte[] words = [VoutOverFault, IoutOverWarning, OverTemperatureWarning];
        byte[] measured = [StatusWord, ReadVin, ReadVout, ReadIout, ReadTemperature1];
        Array.ForEach(bytes, command => registers[command] = Plain(0));
        Array.ForEach(words, command => registers[command] = Word(0));
        Array.ForEach(measured, command => registers[command] = Fixed(0, 0));
        return registers;
    }

    private static PmBusRegister Plain(params byte[] value) => new(PmBusShape.Plain, readOnly: false, value);

    private static PmBusRegister Fixed(params byte[] value) => new(PmBusShape.Plain, readOnly: true, value);

    private static PmBusRegister Word(ushort value) => Plain((byte)(value & 0xFF), (byte)(value >> 8));
}
