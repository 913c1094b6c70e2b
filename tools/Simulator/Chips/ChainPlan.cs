namespace Simulator.Chips;

/// <summary>Which chips stand in a row, and how.</summary>
/// <param name="PerDomain">How many share a voltage domain.</param>
/// <param name="ZeroBits">k: one nonce in 2^(32 − k) is hashed, and k zero bits are demanded instead of 32.</param>
/// <param name="Seed">Decides everything that looks random.</param>
/// <param name="BaudTolerance">The largest relative difference of rates at which bytes arrive whole.</param>
internal sealed record ChainPlan(
    Silicon Silicon, int Chips = 1, int PerDomain = 1, int ZeroBits = 10, int Seed = 1, double BaudTolerance = 0.045)
{
    /// <summary>
    /// Chips of another model among them, which take no job of this one's: both must frame their commands alike.
    /// </summary>
    public (Silicon Silicon, ChipSet Places)? Strangers { get; init; }

    /// <summary>What each chip adds to the way of a byte, in both directions. An assumption.</summary>
    public TimeSpan RelayDelay { get; init; } = TimeSpan.FromMicroseconds(0.1);

    public bool IsStranger(int chip) => Strangers?.Places.Has(chip) == true;

    public Silicon At(int chip) => IsStranger(chip) ? Strangers!.Value.Silicon : Silicon;
}
