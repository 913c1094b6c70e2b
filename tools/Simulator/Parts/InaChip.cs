namespace Simulator.Parts;

internal enum InaModel : byte
{
    /// <summary>Its own shunt of 2 mΩ: amperes stand in the register.</summary>
    Ina260,
    Ina226,

    /// <summary>20 bits, left-justified in three bytes.</summary>
    Ina228,
}

/// <summary>
/// TI power meters at their registers. What they show is the last conversion; shut down they show it for ever. An
/// INA260 pulls its alert pin above the power limit, and holds it until its mask is read where it was told to latch.
/// </summary>
/// <param name="shuntOhms">The board's shunt; without meaning for an INA260.</param>
internal sealed class InaChip(InaModel model, double shuntOhms = 0.002) : RegisterPart
{
    private const ushort OverPower = 0x0800;
    private const ushort Latch = 0x0001;
    private const ushort AlertFlag = 0x0010;

    private readonly Dictionary<byte, ushort> settings = PowerOn(model);
    private double shownVolts;
    private double shownAmperes;
    private bool alert;

    public double Volts { get; set; }

    public double Amperes { get; set; }

    /// <summary>The alert pin pulls its wire down.</summary>
    public bool AlertLow => alert;

    /// <summary>Power was away for a moment.</summary>
    public void Reset()
    {
        foreach (var (register, value) in PowerOn(model))
        {
            settings[register] = value;
        }

        alert = false;
    }

    /// <summary>The part does this by itself, several times a second.</summary>
    public void Convert()
    {
        var mode = model == InaModel.Ina228 ? settings[0x01] >> 12 & 0x7 : settings[0x00] & 0x3;
        if (mode == 0)
        {
            return;
        }

        (shownVolts, shownAmperes) = (Volts, Amperes);
        if (model == InaModel.Ina260 && (settings[0x06] & OverPower) != 0)
        {
            var over = Math.Abs(Volts * Amperes) > settings[0x07] * 0.01;
            alert = over || (alert && (settings[0x06] & Latch) != 0);
        }
    }

    protected override bool Holds(byte register) => model == InaModel.Ina228
        ? register is <= 0x11 or 0x3E or 0x3F
        : register is <= 0x03 or 0x06 or 0x07 or 0xFE or 0xFF || (model == InaModel.Ina226 && register <= 0x05);

    protected override byte[] Read(byte register)
    {
        if (model == InaModel.Ina228 && register is 0x04 or 0x05)
        {
            var steps = register == 0x05
                ? Steps(shownVolts / 195.3125e-6, 0, 0x7FFFF)
                : Steps(shownAmperes * shuntOhms / 312.5e-9, -0x80000, 0x7FFFF);
            return [.. HighFirst(steps >> 4), (byte)(steps << 4 & 0xF0)];
        }

        if (model == InaModel.Ina260 && register == 0x06)
        {
            var mask = settings[0x06] | (alert ? AlertFlag : 0);
            alert = false;
            return HighFirst(mask);
        }

        return HighFirst((model, register) switch
        {
            (InaModel.Ina260, 0x01) => Steps(shownAmperes / 1.25e-3, -0x8000, 0x7FFF),
            (InaModel.Ina260, 0x03) => Steps(Math.Abs(shownVolts * shownAmperes) / 0.01, 0, 0xFFFF),
            (InaModel.Ina226, 0x01) => Steps(shownAmperes * shuntOhms / 2.5e-6, -0x8000, 0x7FFF),
            (not InaModel.Ina228, 0x02) => Steps(shownVolts / 1.25e-3, 0, 0x7FFF),
            _ => settings.GetValueOrDefault(register),
        });
    }

    protected override void Write(byte register, ReadOnlySpan<byte> value)
    {
        if (value.Length == 2 && register is 0x00 or 0x01 or 0x05 or 0x06 or 0x07 && settings.ContainsKey(register))
        {
            settings[register] = (ushort)(value[0] << 8 | value[1]);
        }
    }

    private static int Steps(double value, int min, int max) => (int)Math.Clamp(Math.Round(value), min, max);

    private static Dictionary<byte, ushort> PowerOn(InaModel model) => model switch
    {
        InaModel.Ina260 =>
            new() { [0x00] = 0x6127, [0x06] = 0, [0x07] = 0, [0xFE] = 0x5449, [0xFF] = 0x2270 },
        InaModel.Ina226 =>
            new() { [0x00] = 0x4127, [0x05] = 0, [0x06] = 0, [0x07] = 0, [0xFE] = 0x5449, [0xFF] = 0x2260 },
        _ => new() { [0x00] = 0, [0x01] = 0xFB68, [0x3E] = 0x5449, [0x3F] = 0x2281 },
    };
}
