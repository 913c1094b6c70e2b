namespace Drivers.Hashing.Bitfury;

/// <summary>What reading a chip's sixteen words again came to.</summary>
internal enum RingReading : byte
{
    /// <summary>The first one after the settings: what stands there is older than they are.</summary>
    First,

    Sound,

    /// <summary>All sixteen words are others than before: the wire, not the chip.</summary>
    AllChanged,

    /// <summary>Not even the counter moved: the chip does not run.</summary>
    Unchanged,

    /// <summary>No word, or several, look like the counter, and did the time before.</summary>
    NoCounter,

    /// <summary>None or two do, for once: the counter went on to the next place while they were read.</summary>
    Torn,
}

/// <summary>
/// The sixteen words of one chip as they were read before. A word is new where it differs from the last one that was
/// settled in its place, and from the one before that: what was there already and comes up again was only covered by
/// damage on the wire. One that means nothing is settled only once it was read twice.
/// </summary>
internal sealed class ResultRing
{
    public const int Size = 16;

    private readonly uint[] settled = new uint[Size];
    private readonly uint[] settledBefore = new uint[Size];
    private readonly uint[] seen = new uint[Size];
    private readonly bool[] stood = new bool[Size];
    private bool started;
    private bool wasTorn;
    private int counterAt;

    public uint Count => new ResultWord(seen[counterAt]).Count;

    /// <summary>What comes next is a first reading.</summary>
    public void Forget() => started = false;

    public RingReading Read(in Answer answer)
    {
        var changed = 0;
        var counters = 0;
        for (var i = 0; i < Size; i++)
        {
            var word = answer[i];
            stood[i] = seen[i] == word;
            changed += stood[i] ? 0 : 1;
            seen[i] = word;
            if (new ResultWord(word).IsCounter)
            {
                counters++;
                counterAt = i;
            }
        }

        var isTorn = counters is 0 or 2 && !wasTorn;
        wasTorn = isTorn;
        if (counters != 1)
        {
            return isTorn ? RingReading.Torn : RingReading.NoCounter;
        }

        if (!started)
        {
            started = true;
            seen.CopyTo(settled, 0);
            seen.CopyTo(settledBefore, 0);
            return RingReading.First;
        }

        return changed switch
        {
            Size => RingReading.AllChanged,
            0 => RingReading.Unchanged,
            _ => RingReading.Sound,
        };
    }

    public bool IsNew(int place, out ResultWord word)
    {
        word = new ResultWord(seen[place]);
        return place != counterAt && seen[place] != settled[place] && seen[place] != settledBefore[place];
    }

    /// <summary>It was read like this the time before, too.</summary>
    public bool Stood(int place) => stood[place];

    public void Settle(int place)
    {
        settledBefore[place] = settled[place];
        settled[place] = seen[place];
    }
}
