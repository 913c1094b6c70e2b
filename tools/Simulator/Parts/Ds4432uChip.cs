namespace Simulator.Parts;

/// <summary>
/// Maxim DS4432U at its two registers, and the regulator whose feedback its first output pulls at. Codes are gone after
/// a loss of power, and the output is then what the resistors make it.
/// </summary>
/// <param name="nominalVolts">The output without the DAC.</param>
/// <param name="voltsPerStep">How far one step moves it.</param>
internal sealed class Ds4432uChip(double nominalVolts, double voltsPerStep) : RegisterPart
{
    private const byte First = 0xF8;
    private const byte Second = 0xF9;

    private readonly byte[] codes = new byte[2];

    /// <summary>The regulator's enable wire.</summary>
    public bool Enabled { get; set; }

    /// <summary>Sourcing into the feedback node (bit 7) lowers the output, sinking raises it.</summary>
    public double Volts
    {
        get
        {
            var steps = (codes[0] & 0x7F) * ((codes[0] & 0x80) != 0 ? -1 : 1);
            return Enabled ? nominalVolts + steps * voltsPerStep : 0;
        }
    }

    /// <summary>Power was away for a moment.</summary>
    public void Reset() => Array.Clear(codes);

    protected override bool Holds(byte register) => register is First or Second;

    protected override byte[] Read(byte register) => [codes[register - First]];

    protected override void Write(byte register, ReadOnlySpan<byte> value) => codes[register - First] = value[0];
}
