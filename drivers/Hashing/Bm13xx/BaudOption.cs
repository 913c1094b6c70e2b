namespace Drivers.Hashing.Bm13xx;

/// <summary>A rate that a chip can be told to talk at, and the writes to all chips that tell it.</summary>
/// <param name="Baud">Bits per second as the chip makes them.</param>
public sealed record BaudOption(int Baud, params RegisterWrite[] Writes)
{
    /// <summary>What chips leave reset with: 25 MHz ÷ (8 × 27).</summary>
    public const byte DividerAfterReset = 26;

    private const double CrystalHertz = 25_000_000;

    /// <summary>25 MHz ÷ (8 × (divider + 1)).</summary>
    public static int BaudOf(int divider) => (int)Math.Round(CrystalHertz / (8 * (divider + 1)));

    /// <summary>One option for each divider from that after reset up to the fastest.</summary>
    public static BaudOption[] ForDividers(Func<byte, RegisterWrite> write) =>
        [.. Enumerable.Range(0, DividerAfterReset + 1).Select(divider =>
            new BaudOption(BaudOf(divider), write((byte)divider)))];
}
