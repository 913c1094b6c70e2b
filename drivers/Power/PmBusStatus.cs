namespace Drivers.Power;

/// <summary>
/// STATUS_WORD and the registers behind it (PMBus part II, section 17), in plain words. A detail not read is 0.
/// </summary>
/// <param name="Manufacturer">The TPS546's own bits; 0 for parts that give them another meaning.</param>
public readonly record struct PmBusStatus(
    ushort Word,
    byte Vout = 0,
    byte Iout = 0,
    byte Input = 0,
    byte Temperature = 0,
    byte Cml = 0,
    byte Manufacturer = 0)
{
    public const ushort VoutSummary = 0x8000;
    public const ushort IoutSummary = 0x4000;
    public const ushort InputSummary = 0x2000;
    public const ushort ManufacturerSummary = 0x1000;
    public const ushort NotPowerGood = 0x0800;
    public const ushort Off = 0x0040;
    public const ushort TemperatureSummary = 0x0004;
    public const ushort CmlSummary = 0x0002;

    private const byte InputLow = 0x20;
    private const byte OffForInput = 0x08;
    private const ushort InputUnderVoltage = 0x0008;
    private const ushort OutputTooHigh = 0x0030; // over-voltage, over-current
    private const byte OverTemperature = 0x80;

    /// <summary>The input is, or was, too low to work with, and nothing else explains what is wrong.</summary>
    public bool InputIsLow =>
        (Word & OutputTooHigh) == 0
        && (Temperature & OverTemperature) == 0
        && ((Word & InputUnderVoltage) != 0
            || (Input & OffForInput) != 0
            || ((Word & NotPowerGood) != 0 && (Input & InputLow) != 0));

    /// <summary>
    /// What is wrong, or null. Warnings, a missing power-good during a ramp, and an output that is off because it was
    /// told so are no faults; with a fault at hand the warnings are told as well.
    /// </summary>
    /// <param name="wantedOn">The output was told to be on.</param>
    public string? Fault(bool wantedOn)
    {
        var faults = new List<string>();
        Collect(faults, [
            (Word & 0x0020, "output over-voltage"),
            (Vout & 0x10, "output under-voltage"),
            (Vout & 0x04, "output did not rise in time"),
            (Word & 0x0010, "output over-current"),
            (Word & 0x0008, "input under-voltage"),
            (Input & 0x80, "input over-voltage"),
            (Input & 0x08, "off because the input is too low"),
            (Input & 0x04, "input over-current"),
            (Temperature & 0x80, "regulator over-temperature"),
            (Cml & 0x10, "memory fault"),
            (Cml & 0x08, "processor fault"),
            (Manufacturer & 0x40, "self-test failed"),
        ]);
        var isOff = (Word & Off) != 0;
        if (wantedOn && (Word & NotPowerGood) != 0 && (Input & InputLow) != 0)
        {
            faults.Add("input voltage sagged");
        }
        else if (wantedOn && isOff && faults.Count == 0)
        {
            faults.Add("switched itself off without a cause: look at the input voltage before it");
        }

        if (faults.Count == 0)
        {
            return null;
        }

        Collect(faults, [
            (Vout & 0x40, "output over-voltage warning"),
            (Vout & 0x20, "output under-voltage warning"),
            (Vout & 0x08, "set-point clamped"),
            (Iout & 0x20, "output over-current warning"),
            (Input & InputLow, "input under-voltage warning"),
            (Temperature & 0x40, "over-temperature warning"),
            (Cml & 0x80, "unknown command"),
            (Cml & 0x40, "refused data"),
            (Cml & 0x20, "packet check failed"),
            (Cml & 0x02, "other communication error"),
            (Manufacturer & 0x80, "was reset"),
            (Manufacturer & 0x08, "reset by its pin"),
            (Manufacturer & 0x04, "stack communication error"),
            (Manufacturer & 0x02, "clock sync lost"),
        ]);
        return $"{string.Join(", ", faults)} (status 0x{Word:X4})";
    }

    /// <summary>The registers by their names, as they stood.</summary>
    public override string ToString() =>
        $"STATUS_WORD 0x{Word:X4}, VOUT 0x{Vout:X2}, IOUT 0x{Iout:X2}, INPUT 0x{Input:X2}, "
        + $"TEMPERATURE 0x{Temperature:X2}, CML 0x{Cml:X2}, MFR_SPECIFIC 0x{Manufacturer:X2}";

    private static void Collect(List<string> texts, ReadOnlySpan<(int Bit, string Text)> bits)
    {
        foreach (var (bit, text) in bits)
        {
            if (bit != 0)
            {
                texts.Add(text);
            }
        }
    }
}
