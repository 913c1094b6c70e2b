namespace Simulator.Parts;

/// <summary>
/// Another part than the one that belongs at this address: it takes whatever is written, to no effect, and every byte
/// of it reads the same. An erased EEPROM does so with 0xFF.
/// </summary>
internal sealed class StrangerPart(Faults faults) : I2cPart
{
    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        read.Fill(faults.StrangerSays);
        return true;
    }
}
