namespace Storm;

/// <summary>
/// All chance of an episode, from one seed and the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>0 to 1, never 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (Fraction() * (high - low));

    /// <summary>0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)(Fraction() * count);

    public bool Chance(double probability) => probability > 0 && Fraction() < probability;

    public TimeSpan Seconds(double low, double high) => TimeSpan.FromSeconds(Between(low, high));

    /// <summary>How long until something happens that happens once in 1 on average.</summary>
    public double Exponential() => -Math.Log(1 - Fraction());

    /// <summary>Another sequence, of which this one learns nothing.</summary>
    public Dice Split() => new(Next());

    private ulong Next()
    {
        unchecked
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var mixed = state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
