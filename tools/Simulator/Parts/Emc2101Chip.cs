namespace Simulator.Parts;

/// <summary>What the fan chip measures.</summary>
internal readonly record struct FanChipInputs(double DiodeDegrees, double BoardDegrees, double FanRpm);

/// <summary>
/// SMSC EMC2101 at its registers: temperatures, tachometer, fan drive and the look-up table that can drive the fan
/// from the temperature without any host.
/// </summary>
internal sealed class Emc2101Chip(Faults faults) : I2cPart
{
    private const byte Internal = 0x00;
    private const byte ExternalHigh = 0x01;
    private const byte Status = 0x02;
    private const byte Config = 0x03;
    private const byte ForcedTemperature = 0x0C;
    private const byte ExternalLow = 0x10;
    private const byte TachLow = 0x46;
    private const byte TachHigh = 0x47;
    private const byte FanConfig = 0x4A;
    private const byte FanSetting = 0x4C;
    private const byte LookUp = 0x50;
    private const byte LookUpEnd = 0x60;

    private const byte DirectMode = 0x20;
    private const byte ForceTemperature = 0x40;
    private const byte TachInput = 0x04;
    private const byte DiodeFault = 0x04;
    private const byte FullSetting = 0x3F;
    private const ushort OpenDiode = 0x3F8;
    private const ushort ShortedDiode = 0x3FF;
    private const ushort Stopped = 0xFFFF;
    private const double TachClock = 5_400_000;

    private readonly byte?[] registers = PowerOn();
    private byte pointer;
    private byte latchedTachHigh = 0xFF;
    private byte latchedExternalLow;
    private double? stuckAt;

    /// <summary>Set by the world before each transfer and each step.</summary>
    public FanChipInputs Inputs { get; set; }

    /// <summary>The drive of the fan's PWM pin, 0 to 1.</summary>
    public double Duty => (InDirectMode ? Setting(FanSetting) : LookUpSetting()) / (double)FullSetting;

    /// <summary>Whether the host sets the fan; otherwise the look-up table does.</summary>
    public bool InDirectMode => (registers[FanConfig] & DirectMode) != 0;

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (faults.SensorSilent || write.Length > 2)
        {
            return false;
        }

        if (write.Length > 0)
        {
            if (registers[write[0]] is null)
            {
                return false;
            }

            pointer = write[0];
        }

        if (write.Length == 2)
        {
            Write(pointer, write[1]);
        }

        // The part speaks the byte protocols only: whoever reads on gets what an idle bus reads as.
        read.Fill(0xFF);
        if (read.Length > 0)
        {
            read[0] = Read(pointer);
        }

        return true;
    }

    private void Write(byte register, byte value)
    {
        var readOnly = register is <= Status or ExternalLow or TachLow or TachHigh or >= 0xFD
            || (!InDirectMode && register is FanSetting or >= LookUp and < LookUpEnd);
        if (!readOnly)
        {
            registers[register] = value;
        }
    }

    private byte Read(byte register)
    {
        switch (register)
        {
            case Internal:
                return unchecked((byte)(sbyte)Math.Clamp(Math.Floor(Inputs.BoardDegrees), -64, 127));
            case ExternalHigh:
                var external = External();
                latchedExternalLow = (byte)(external << 5 & 0xFF);
                faults.DiodeRead?.Invoke(unchecked((short)(external << 5)) / 256.0);
                return (byte)(external >> 3 & 0xFF);
            case ExternalLow:
                return latchedExternalLow;
            case Status:
                return External() is OpenDiode or ShortedDiode ? DiodeFault : (byte)0;
            case TachLow:
                var count = TachCount();
                latchedTachHigh = (byte)(count >> 8);
                return (byte)(count & 0xFF);
            case TachHigh:
                return latchedTachHigh;
            case FanSetting when !InDirectMode:
                return LookUpSetting();
            default:
                return registers[register] ?? 0;
        }
    }

    /// <summary>11 bits of an eighth of a degree, or one of the two codes for a broken diode.</summary>
    private ushort External()
    {
        stuckAt = faults.SensorStuck ? stuckAt ?? Inputs.DiodeDegrees : null;
        if (faults.SensorOpen)
        {
            return OpenDiode;
        }

        var eighths = Math.Floor((stuckAt ?? Inputs.DiodeDegrees) * 8);
        return faults.SensorShort ? ShortedDiode : (ushort)((int)Math.Clamp(eighths, -512, 1016 - 1) & 0x7FF);
    }

    private ushort TachCount()
    {
        // Until its pin is made the tach input, the counter runs over.
        var wired = (registers[Config] & TachInput) != 0;
        var count = wired && Inputs.FanRpm > 0 ? TachClock / Inputs.FanRpm : Stopped;
        return (ushort)Math.Min(count, Stopped);
    }

    /// <summary>The setting of the highest threshold that the temperature has reached.</summary>
    private byte LookUpSetting()
    {
        var forced = (registers[FanConfig] & ForceTemperature) != 0;
        var degrees = forced ? registers[ForcedTemperature] ?? 0 : External() >= 0x400 ? -1 : External() >> 3;
        var setting = (byte)0;
        for (var entry = LookUp; entry < LookUpEnd; entry += 2)
        {
            if (degrees >= registers[entry])
            {
                setting = Math.Max(setting, Setting((byte)(entry + 1)));
            }
        }

        return setting;
    }

    private byte Setting(byte register) => (byte)((registers[register] ?? 0) & FullSetting);

    private static byte?[] PowerOn()
    {
        var registers = new byte?[256];
        (byte Register, byte Value)[] values =
        [
            (0x00, 0x00), (0x01, 0x00), (0x02, 0x00), (0x03, 0x00), (0x04, 0x08), (0x05, 0x46), (0x07, 0x46),
            (0x08, 0x00), (0x09, 0x00), (0x0A, 0x08), (0x0B, 0x46), (0x0C, 0x00), (0x0D, 0x46), (0x0E, 0x00),
            (0x0F, 0x00), (0x10, 0x00), (0x11, 0x00), (0x12, 0x00), (0x13, 0x00), (0x14, 0x00), (0x15, 0x00),
            (0x16, 0xA4), (0x17, 0x12), (0x18, 0x08), (0x19, 0x55), (0x21, 0x0A), (0x46, 0xFF), (0x47, 0xFF),
            (0x48, 0xFF), (0x49, 0xFF), (0x4A, 0x20), (0x4B, 0x3F), (0x4C, 0x00), (0x4D, 0x17), (0x4E, 0x01),
            (0x4F, 0x04), (0xBF, 0x00), (0xFD, 0x16), (0xFE, 0x5D), (0xFF, 0x02),
        ];
        foreach (var (register, value) in values)
        {
            registers[register] = value;
        }

        // The table's thresholds start out of reach, its settings at full.
        for (var entry = LookUp; entry < LookUpEnd; entry += 2)
        {
            registers[entry] = 0x7F;
            registers[entry + 1] = FullSetting;
        }

        return registers;
    }
}
