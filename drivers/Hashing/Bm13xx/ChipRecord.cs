namespace Drivers.Hashing.Bm13xx;

/// <summary>What a chain knows of one of its chips.</summary>
internal sealed class ChipRecord(byte address)
{
    /// <summary>Questions in a row without an answer before a chip counts as mute.</summary>
    public const int UnansweredMax = 3;

    public byte Address { get; } = address;

    /// <summary>It answered the enumeration; a missing one is neither clocked nor expected to hash.</summary>
    public bool IsPresent { get; set; } = true;

    /// <summary>It is being set up anew: the others' clock is not for it.</summary>
    public bool IsApart { get; set; }

    /// <summary>Null while all is well, else what was seen and the remedy.</summary>
    public string? Fault { get; set; }

    /// <summary>The clock it is to have instead of the chain's, or null.</summary>
    public double? OwnMegahertz { get; set; }

    /// <summary>How far below the wanted clock it stays because its PLL did not lock there.</summary>
    public double LoweredMegahertz { get; set; }

    /// <summary>Where the walk to the wanted clock is; what the PLL makes of it is <see cref="Divider"/>.</summary>
    public double Nominal { get; set; } = ClockWalk.LowestMegahertz;

    /// <summary>What its PLL was last told; null since the reset.</summary>
    public PllDivider? Divider { get; set; }

    /// <summary>It needs no telling: what its PLL was told last is what it has.</summary>
    public bool IsTold { get; set; }

    public HashCountingNumber Counting { get; set; }

    /// <summary>Until then its results may be garbage of a moving PLL.</summary>
    public TimeSpan MutedUntil { get; set; }

    /// <summary>Its PLL was written and not yet seen locked.</summary>
    public bool LockIsDue { get; set; }

    /// <summary>How often it was read unlocked at the present clock.</summary>
    public int Unlocked { get; set; }

    /// <summary>The steps after the ramp are due for it.</summary>
    public bool AfterRampIsDue { get; set; } = true;

    /// <summary>A question for its hash counter is open.</summary>
    public bool IsAsked { get; set; }

    public int Unanswered { get; set; }

    public bool Answers => IsPresent && Unanswered < UnansweredMax;

    public uint CounterValue { get; set; }

    /// <summary>When that was read; null before the first time, and after a reset.</summary>
    public TimeSpan? CounterAt { get; set; }

    public double? CountedHashRate { get; set; }

    public bool IsClocked => IsPresent && !IsApart && Fault is null;

    public Megahertz Clock => Divider?.Core ?? default;

    /// <summary>As after a reset: nothing was told, nothing is known.</summary>
    public void Forget()
    {
        Nominal = ClockWalk.LowestMegahertz;
        Divider = null;
        IsTold = false;
        Counting = default;
        LockIsDue = false;
        Unlocked = 0;
        LoweredMegahertz = 0;
        AfterRampIsDue = true;
        IsAsked = false;
        Unanswered = 0;
        CounterAt = null;
        CountedHashRate = null;
        Fault = null;
        IsPresent = true;
        IsApart = false;
    }
}
