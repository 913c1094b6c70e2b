namespace Drivers.Hashing.Bm13xx;

/// <summary>What healthy silicon does at the clocks that the chips of a chain have.</summary>
internal sealed class ExpectedWork(ChainWire wire)
{
    private long passTicks;

    /// <summary>How long the chip that is through its nonces first takes. May be read on any thread.</summary>
    public TimeSpan Pass => new(Interlocked.Read(ref passTicks));

    public Megahertz FastestClock
    {
        get
        {
            var fastest = default(Megahertz);
            foreach (var chip in wire.Chips)
            {
                fastest = chip.IsClocked && chip.Clock.Value > fastest.Value ? chip.Clock : fastest;
            }

            return fastest;
        }
    }

    public double HashRate
    {
        get
        {
            var sum = 0.0;
            foreach (var chip in wire.Chips)
            {
                sum += HashRateOf(chip);
            }

            return sum;
        }
    }

    public double HashRateOf(ChipRecord chip) =>
        chip.IsClocked && (!wire.Model.Counts || chip.Counting.Ticks > 0)
            ? chip.Clock.Value * 1e6 * wire.Model.HashUnits * wire.Config.Simulated
            : 0;

    /// <summary>To be called after every change of a clock.</summary>
    public void Update()
    {
        var shortest = TimeSpan.MaxValue;
        foreach (var chip in wire.Chips)
        {
            if (chip is { IsClocked: true, Divider: { } divider })
            {
                var pass = NonceSpace.Pass(wire.Model, wire.Config.Chips, divider, chip.Counting);
                shortest = pass < shortest ? pass : shortest;
            }
        }

        Interlocked.Exchange(ref passTicks, shortest == TimeSpan.MaxValue ? 0 : shortest.Ticks);
    }
}
