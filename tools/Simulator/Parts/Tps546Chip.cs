using static Simulator.Parts.Tps546Registers;

namespace Simulator.Parts;

/// <summary>What the regulator measures at its pins.</summary>
internal readonly record struct RailInputs(double SupplyVolts, double LoadAmperes, double DieDegrees);

/// <summary>
/// TI TPS546D24A at its PMBus: the output is on only when its commands say so and the supply suffices, limits act,
/// status bits stay until cleared, and a transfer with a wrong packet error code changes nothing.
/// </summary>
internal sealed class Tps546Chip(int address, RailStage stage, Faults faults) : I2cPart
{
    private const int Exponent = -9;
    private const byte RelativeLimits = 0x97;
    private const byte AbsoluteLimits = 0x17;
    private const double SupplyStep = 0.25;

    private const byte CmlBadCommand = 0x80;
    private const byte CmlBadData = 0x40;
    private const byte CmlPacketError = 0x20;

    private readonly Dictionary<byte, PmBusRegister> registers = PowerOn();
    private byte pointer;
    private bool supplied;
    private bool latchedOff;

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

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length > 0)
        {
            pointer = write[0];
            if (!registers.TryGetValue(pointer, out var register))
            {
                Flag(StatusCml, CmlBadCommand);
                return false;
            }

            if (read.Length == 0 && !Write(register, write))
            {
                return false;
            }
        }

        return read.Length == 0 || Read(write.Length > 0, read);
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

    private bool Write(PmBusRegister register, ReadOnlySpan<byte> write)
    {
        var data = write[1..];
        var size = register.Shape switch
        {
            PmBusShape.Send => 0,
            PmBusShape.Block => register.Value.Length + 1,
            _ => register.Value.Length,
        };
        if (data.Length == 0 && size > 0)
        {
            return true; // Sets the pointer for a read that follows.
        }

        if (data.Length == size + 1)
        {
            if (PmBusNumber.PacketErrorCode([(byte)(address << 1), .. write[..^1]]) != write[^1])
            {
                Flag(StatusCml, CmlPacketError);
                return false;
            }

            data = data[..^1];
        }

        return data.Length == size && Accept(register, data);
    }

    private bool Accept(PmBusRegister register, ReadOnlySpan<byte> data)
    {
        if (register.ReadOnly || (register.Shape == PmBusShape.Block && data[0] != register.Value.Length))
        {
            Flag(StatusCml, CmlBadData);
            return false;
        }

        switch (pointer)
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
        if (pointer == VoutCommand && (volts < Vout(VoutMin) || volts > Vout(VoutMax)))
        {
            Flag(StatusVout, 0x08);
        }

        if (pointer is Operation or OnOffConfig && !CommandedOn)
        {
            latchedOff = false; // Off and on again is how a latched shutdown is left.
        }

        return true;
    }

    /// <summary>The limits of the silicon, its bug with VIN_UV_WARN_LIMIT among them: 2.5 to 8 V are refused.</summary>
    private bool IsAcceptable(ReadOnlySpan<byte> data)
    {
        var linear = data.Length == 2 ? PmBusNumber.FromLinear11((ushort)(data[0] | data[1] << 8)) : 0;
        return pointer switch
        {
            VoutMode => data[0] is RelativeLimits or AbsoluteLimits,
            VinOn => linear is >= 2.5 and <= 18.25,
            VinOff => linear is >= 2.25 and <= 15.75,
            VinUnderWarning => linear is < 2.5 or > 8,
            _ => true,
        };
    }

    private bool Read(bool joined, Span<byte> read)
    {
        if (!registers.TryGetValue(pointer, out var register) || register.Shape == PmBusShape.Send)
        {
            Flag(StatusCml, CmlBadCommand);
            return false;
        }

        Measure();
        var answer = register.Shape == PmBusShape.Block
            ? register.Value.Prepend((byte)register.Value.Length).ToArray()
            : register.Value;
        var (write, readAddress) = ((byte)(address << 1), (byte)(address << 1 | 1));
        var code = joined
            ? PmBusNumber.PacketErrorCode([write, pointer, readAddress, .. answer])
            : PmBusNumber.PacketErrorCode([readAddress, .. answer]);
        read.Fill(0xFF);
        byte[] whole = [.. answer, code];
        whole.AsSpan(0, Math.Min(whole.Length, read.Length)).CopyTo(read);
        return true;
    }

    private void Measure()
    {
        SetWord(ReadVin, PmBusNumber.ToLinear11(Inputs.SupplyVolts));
        SetWord(ReadVout, PmBusNumber.ToLinear16(stage.Volts, Exponent));
        SetWord(ReadIout, PmBusNumber.ToLinear11(Math.Round(Inputs.LoadAmperes, 3)));
        SetWord(ReadTemperature1, PmBusNumber.ToLinear11(Math.Round(Inputs.DieDegrees)));
        var word = StatusNow();
        SetWord(StatusWord, word);
        registers[StatusByte].Value = [(byte)(word & 0xFF)];
    }

    private ushort StatusNow()
    {
        var powerGood = stage.On && stage.Volts > 0.9 * WantedVolts;
        var (vout, iout, input, temperature, cml, mfr) = (
            Flags(StatusVout), Flags(StatusIout), Flags(StatusInput), Flags(StatusTemperature), Flags(StatusCml),
            Flags(StatusMfr));
        var word = Bit(vout != 0, 15) | Bit(iout != 0, 14) | Bit(input != 0, 13) | Bit(mfr != 0, 12)
            | Bit(!powerGood, 11) | Bit(!stage.On, 6) | Bit((vout & 0x80) != 0, 5) | Bit((iout & 0x80) != 0, 4)
            | Bit((input & 0x10) != 0, 3) | Bit(temperature != 0, 2) | Bit(cml != 0, 1);
        return (ushort)word;
    }

    private static int Bit(bool set, int bit) => set ? 1 << bit : 0;

    private byte Flags(byte status) => registers[status].Value[0];

    private void Flag(byte status, byte flag) => registers[status].Value[0] |= flag;

    private void ClearStatus()
    {
        for (var status = StatusVout; status <= StatusMfr; status++)
        {
            registers[status].Value[0] = 0;
        }
    }

    private double Vout(byte register) => PmBusNumber.FromLinear16(registers[register].Word, Exponent);

    /// <summary>Margins are ratios, or volts where VOUT_MODE says that limits are absolute.</summary>
    private double Ratio(byte register) =>
        Vout(register) / (registers[VoutMode].Value[0] == RelativeLimits ? 1 : Vout(VoutCommand));

    /// <summary>The comparators know steps of a quarter volt, rounded down.</summary>
    private double Supply(byte register) =>
        Math.Floor(PmBusNumber.FromLinear11(registers[register].Word) / SupplyStep) * SupplyStep;

    private void SetWord(byte register, ushort word) =>
        registers[register].Value = [(byte)(word & 0xFF), (byte)(word >> 8)];
}
