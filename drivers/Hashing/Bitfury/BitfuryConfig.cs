namespace Drivers.Hashing.Bitfury;

/// <summary>One chain as a board file describes it, and what is known from the field alone.</summary>
/// <param name="Chips">How many must answer, 1 to 64.</param>
/// <param name="OscillatorBits">The clock to hash at, see <see cref="Oscillator"/>.</param>
/// <param name="ZeroBits">Zero bits of every result: 32 in silicon, fewer where simulated.</param>
public sealed record BitfuryConfig(int Chips, int OscillatorBits = Oscillator.DefaultBits, int ZeroBits = 32)
{
    public const int ChipsMax = 64;
    public const int SiliconZeroBits = 32;

    public int Chips { get; init; } = Within(Chips, 1, ChipsMax, "chips");

    public int OscillatorBits { get; init; } =
        Within(OscillatorBits, Oscillator.SlowestBits, Oscillator.FastestBits, "osc_bits");

    public int ZeroBits { get; init; } = Within(ZeroBits, 1, SiliconZeroBits, "zero_bits");

    /// <summary>Null: as the first words of the chips tell, and where they tell nothing the first.</summary>
    public Generation? Generation { get; init; }

    /// <summary>How often the results are fetched (field: 10 to 100 ms).</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A chip that was not seen to take its work gets other work after so long.</summary>
    public TimeSpan RefillAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Results lie in the chip for a while: work is remembered so long after it was last hashed.</summary>
    public TimeSpan WorkLasts { get; init; } = TimeSpan.FromSeconds(7.8);

    /// <summary>Whether a chip that errs once in ten results is slowed down, and sped up below once in 100.</summary>
    public bool AutoAdjust { get; init; }

    private static int Within(int value, int min, int max, string what) => value >= min && value <= max
        ? value
        : throw new ArgumentException($"{what} = {value} is not possible: it is {min} to {max}.");
}
