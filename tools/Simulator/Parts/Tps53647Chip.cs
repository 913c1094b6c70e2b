namespace Simulator.Parts;

/// <summary>
/// TI TPS53647 or TPS53667 at its PMBus: the output follows a pin and a VR12 code, limits trip and latch until the pin
/// has been low.
/// </summary>
internal sealed class Tps53647Chip : PmBusPart
{
    private const byte VoutCommand = Tps546Registers.VoutCommand;
    private const byte VoutMax = Tps546Registers.VoutMax;
    private const byte OutputVolts = 0xD4;
    private const double RiseSeconds = 0.002;

    private readonly Dictionary<byte, PmBusRegister> registers;
    private bool latchedOff;

    /// <param name="deviceCode">0x01F0 or 0x01F8.</param>
    public Tps53647Chip(int address, ushort deviceCode)
        : this(address, PowerOn(deviceCode))
    {
    }

    private Tps53647Chip(int address, Dictionary<byte, PmBusRegister> registers)
        : base(address, registers) => this.registers = registers;

    public RailStage Stage { get; } = new();

    public RailInputs Inputs { get; set; } = new(12, 0, 25);

    /// <summary>The level of the part's enable pin.</summary>
    public bool EnablePin { get; set; }

    /// <summary>Codes of 5 mV from 0.25 V on; 0 is off.</summary>
    private double WantedVolts
    {
        get
        {
            var code = Math.Min(registers[VoutCommand].Word, registers[VoutMax].Word);
            return code == 0 ? 0 : 0.25 + (code - 1) * 0.005;
        }
    }

    /// <summary>Lets time pass: ramps and protections.</summary>
    public void Advance(double seconds, TimeSpan now)
    {
        latchedOff &= EnablePin;
        if (Stage.On)
        {
            Trip(Inputs.LoadAmperes, Tps546Registers.IoutOverFault, Tps546Registers.StatusIout);
            Trip(Inputs.DieDegrees, Tps546Registers.OverTemperatureFault, Tps546Registers.StatusTemperature);
        }

        var operation = (registers[Tps546Registers.OnOffConfig].Value[0] & 0x08) == 0
            || (registers[Tps546Registers.Operation].Value[0] & 0x80) != 0;
        Stage.Drive(EnablePin && operation && !latchedOff && WantedVolts > 0, now);
        Stage.Advance(seconds, WantedVolts, RiseSeconds);
    }

    protected override bool Accept(PmBusRegister register, ReadOnlySpan<byte> data)
    {
        if (Pointer == Tps546Registers.ClearFaults)
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
        SetWord(Tps546Registers.ReadVin, PmBusNumber.ToLinear11(Inputs.SupplyVolts));
        SetWord(Tps546Registers.ReadIout, PmBusNumber.ToLinear11(Math.Round(Inputs.LoadAmperes, 3)));
        SetWord(Tps546Registers.ReadTemperature1, PmBusNumber.ToLinear11(Math.Round(Inputs.DieDegrees)));
        SetWord(OutputVolts, PmBusNumber.ToLinear16(Stage.Volts, -9));
        SetWord(Tps546Registers.StatusWord, Summary(Stage.On, Stage.On && Stage.Volts > 0.9 * WantedVolts));
    }

    private void Trip(double value, byte limit, byte status)
    {
        if (value > PmBusNumber.FromLinear11(registers[limit].Word))
        {
            Flag(status, 0x80);
            latchedOff = true;
        }
    }

    /// <summary>Careless values where no document at hand gives one: wide limits, OPERATION heeded too.</summary>
    private static Dictionary<byte, PmBusRegister> PowerOn(ushort deviceCode)
    {
        var registers = new Dictionary<byte, PmBusRegister>
        {
            [Tps546Registers.ClearFaults] = new(PmBusShape.Send, readOnly: false, []),
            [Tps546Registers.OnOffConfig] = Bytes(0x1F),
            [Tps546Registers.IoutOverFault] = Word(PmBusNumber.ToLinear11(400)),
            [Tps546Registers.OverTemperatureFault] = Word(PmBusNumber.ToLinear11(145)),
            [VoutMax] = Word(0xFF),
            [0x19] = Fixed(0xB0),
            [0xFC] = Fixed((byte)(deviceCode & 0xFF), (byte)(deviceCode >> 8)),
        };
        byte[] bytes = [0x01, 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F, 0x80, 0xDA, 0xDC, 0xDD, 0xE4, 0xE8];
        byte[] words = [VoutCommand, 0x4A, 0x51, 0x5B, 0x5D];
        byte[] measured = [Tps546Registers.StatusWord, 0x88, 0x8C, 0x8D, OutputVolts];
        Array.ForEach(bytes, command => registers[command] = Bytes(0));
        Array.ForEach(words, command => registers[command] = Word(0));
        Array.ForEach(measured, command => registers[command] = Fixed(0, 0));
        return registers;
    }

    private static PmBusRegister Bytes(params byte[] value) => new(PmBusShape.Plain, readOnly: false, value);

    private static PmBusRegister Fixed(params byte[] value) => new(PmBusShape.Plain, readOnly: true, value);

    private static PmBusRegister Word(ushort value) => Bytes((byte)(value & 0xFF), (byte)(value >> 8));
}
