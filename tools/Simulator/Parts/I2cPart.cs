namespace Simulator.Parts;

/// <summary>What stands behind one I2C address.</summary>
internal abstract class I2cPart
{
    /// <summary>One transaction: a write, a read, or a write and a read joined by a repeated start.</summary>
    /// <param name="write">Empty where the transaction has no write.</param>
    /// <param name="read">Empty where the transaction has no read.</param>
    /// <returns>False where the part does not acknowledge.</returns>
    public abstract bool Transfer(ReadOnlySpan<byte> write, Span<byte> read);
}
