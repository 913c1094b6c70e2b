namespace Simulator.Parts;

/// <summary>
/// A part with a register pointer: the first byte written sets it, further ones go into the register, a read takes
/// from it. Whoever reads on past the register gets what an idle bus reads as.
/// </summary>
internal abstract class RegisterPart : I2cPart
{
    private byte pointer;

    /// <summary>The part's wires are cut, or it has no supply: it acknowledges nothing.</summary>
    public bool Silent { get; set; }

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Silent || (write.Length > 0 && !Holds(write[0])))
        {
            return false;
        }

        if (write.Length > 0)
        {
            pointer = write[0];
        }

        if (write.Length > 1)
        {
            Write(pointer, write[1..]);
        }

        read.Fill(0xFF);
        if (read.Length > 0)
        {
            var bytes = Read(pointer);
            bytes.AsSpan(0, Math.Min(bytes.Length, read.Length)).CopyTo(read);
        }

        return true;
    }

    /// <summary>The part acknowledges this register.</summary>
    protected abstract bool Holds(byte register);

    protected abstract byte[] Read(byte register);

    protected abstract void Write(byte register, ReadOnlySpan<byte> value);

    /// <summary>A word as sensors and meters send it.</summary>
    protected static byte[] HighFirst(int word) => [(byte)(word >> 8 & 0xFF), (byte)(word & 0xFF)];
}
