namespace Drivers.Hashing.Bitfury;

/// <summary>What is to be done about a chip.</summary>
internal enum Remedy : byte
{
    None,

    /// <summary>All its settings again.</summary>
    SetUp,

    /// <summary>All its settings again, at <see cref="Oscillator.CarefulBits"/>.</summary>
    SlowDown,

    /// <summary>Its clock off.</summary>
    SwitchOff,
}

/// <summary>What a chip is left out for.</summary>
internal enum ChipTrouble : byte
{
    None,

    /// <summary>Nothing drives the wire in its place.</summary>
    Mute,

    /// <summary>It answers, and its counter does not move.</summary>
    StandsStill,

    /// <summary>It answers what cannot be.</summary>
    Confused,

    /// <summary>Switched off: nothing but errors, even at a low clock.</summary>
    Hopeless,
}

/// <summary>Judges one chip by its answers. The limits are the field's where nothing else is said.</summary>
internal sealed class ChipHealth
{
    private const int NoCounterMax = 4;
    private const int SlowWindowsMax = 2;
    private const int HopelessErrors = 100;

    /// <summary>Ours; the field says no result at all. Where few zero bits are asked for, noise has luck.</summary>
    private const int ErrorsPerLuck = 50;

    /// <summary>Ours: settings that got damaged on the wire make a chip err before its clock shows it.</summary>
    private const int ErrorsBeforeSetUp = 6;

    /// <summary>Ours: a second of answers that are none, at ten a second.</summary>
    private const int OutAfter = 10;

    /// <summary>Ours: a chip that is gone is set up again now and then, in case it comes back.</summary>
    private static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(5);

    private int noCounter;
    private int slowWindows;
    private int errorsInRow;
    private int unbelieved;
    private bool careful;
    private TimeSpan tryAt;

    public ChipTrouble Trouble { get; private set; }

    /// <summary>It gets no work, and nothing is expected of it.</summary>
    public bool IsOut => Trouble != ChipTrouble.None;

    public bool IsOff => Trouble == ChipTrouble.Hopeless;

    /// <summary>How often each thing was seen, since the start.</summary>
    public long SetUps { get; private set; }

    public long DamagedAnswers { get; private set; }

    public long Good { get; private set; }

    public long Errors { get; private set; }

    /// <summary>Since the last settings that somebody asked for.</summary>
    private long GoodSince { get; set; }

    private long ErrorsSince { get; set; }

    /// <summary>Everything held against the chip is forgotten; the counts stay.</summary>
    public void Pardon()
    {
        ForgetAnswers();
        (Trouble, careful) = (ChipTrouble.None, false);
        (GoodSince, ErrorsSince, errorsInRow) = (0, 0, 0);
    }

    /// <summary>The chip is being set up: what it showed before says nothing any more.</summary>
    public void ForgetAnswers() => (noCounter, slowWindows, unbelieved) = (0, 0, 0);

    /// <summary>Something else than results came.</summary>
    public Remedy Saw(ChipTrouble trouble, TimeSpan now)
    {
        DamagedAnswers++;
        if (++unbelieved >= OutAfter)
        {
            Trouble = trouble;
            return Again(now);
        }

        return trouble == ChipTrouble.StandsStill ? Again(now) : Remedy.None;
    }

    public Remedy SawNoCounter(TimeSpan now)
    {
        var remedy = Saw(ChipTrouble.Confused, now);
        return ++noCounter >= NoCounterMax ? Again(now) : remedy;
    }

    public void SawAnswer()
    {
        Trouble = ChipTrouble.None;
        unbelieved = 0;
        noCounter = 0;
    }

    public Remedy SawClock(bool lessThanHalf)
    {
        slowWindows = lessThanHalf ? slowWindows + 1 : 0;
        return slowWindows >= SlowWindowsMax ? SetUp() : Remedy.None;
    }

    public void SawResult()
    {
        Good++;
        GoodSince++;
        errorsInRow = 0;
    }

    public Remedy SawError()
    {
        Errors++;
        ErrorsSince++;
        errorsInRow++;
        if (ErrorsSince >= HopelessErrors && GoodSince * ErrorsPerLuck <= ErrorsSince)
        {
            (ErrorsSince, GoodSince, errorsInRow) = (0, 0, 0);
            Trouble = careful ? ChipTrouble.Hopeless : Trouble;
            careful = true;
            return IsOff ? Remedy.SwitchOff : Remedy.SlowDown;
        }

        return errorsInRow % ErrorsBeforeSetUp == 0 ? SetUp() : Remedy.None;
    }

    private Remedy Again(TimeSpan now)
    {
        if (now < tryAt)
        {
            return Remedy.None;
        }

        tryAt = now + TryEvery;
        return SetUp();
    }

    private Remedy SetUp()
    {
        SetUps++;
        return Remedy.SetUp;
    }
}
