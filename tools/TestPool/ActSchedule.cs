namespace TestPool;

/// <summary>When the acts of a plan are due on one connection. The lots are drawn from a seed.</summary>
/// <param name="start">Of the first job.</param>
internal sealed class ActSchedule(ActPlan plan, ulong seed, TimeSpan start)
{
    private readonly Lots lots = new(seed);
    private TimeSpan nextAt = start + plan.After;
    private int done;

    /// <summary>Null where nothing is due; ask again until then.</summary>
    public PoolAct? Next(TimeSpan now)
    {
        if (now < nextAt || (!plan.Random && done == plan.Acts.Length))
        {
            return null;
        }

        var act = plan.Acts[plan.Random ? lots.Below(plan.Acts.Length) : done];
        done++;
        nextAt = plan.Every is { } apart ? now + (plan.Random ? apart * (0.5 + lots.Fraction()) : apart) : nextAt;
        return act;
    }
}

/// <summary>
/// Chance that can be repeated: the same seed draws the same lots, on every machine and in every version.
/// </summary>
internal sealed class Lots(ulong seed)
{
    private ulong state = seed;

    /// <summary>Any number: SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public ulong Next()
    {
        unchecked
        {
            var mixed = state += 0x9E37_79B9_7F4A_7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return mixed ^ (mixed >> 31);
        }
    }

    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>From 0 up to, and without, 1.</summary>
    public double Fraction() => (Next() >> 11) / (double)(1UL << 53);

    public void Fill(Span<byte> bytes)
    {
        foreach (ref var one in bytes)
        {
            one = (byte)(Next() >> 56);
        }
    }
}
