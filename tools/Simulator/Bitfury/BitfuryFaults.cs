namespace Simulator.Bitfury;

/// <summary>What is broken on a chain of SPI chips.</summary>
public sealed class BitfuryFaults
{
    /// <summary>The chance of each bit towards the chips to arrive inverted, 0 to 1.</summary>
    public double ToChipsBitErrors { get; set; }

    /// <summary>The same for bits from the chips.</summary>
    public double FromChipsBitErrors { get; set; }

    /// <summary>The chain is broken before this chip: it and all behind it hear and say nothing.</summary>
    public int? BrokenBefore { get; set; }

    /// <summary>The wire from the chips stays high (true) or low (false), whatever they say.</summary>
    public bool? FromChipsStuck { get; set; }

    /// <summary>This chip's clock does not run, whatever it is told; it answers.</summary>
    public int? StandsStill { get; set; }

    /// <summary>This chip's clock runs on, whatever it is told.</summary>
    public int? IgnoresStop { get; set; }

    /// <summary>All that this chip finds is wrong.</summary>
    public int? FindsNonsense { get; set; }

    /// <summary>Transfers fail: the bus's driver is gone.</summary>
    public bool BusGone { get; set; }
}
