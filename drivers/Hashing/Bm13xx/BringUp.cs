namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// From a released reset to chips that wait for their clock: count them, set them up, change the baud rate. Where the
/// fast rate does not work it goes on at the slow one, and stays there at every later start.
/// </summary>
internal sealed class BringUp(ChainWire wire)
{
    /// <summary>From the write of a new rate to the change of the host's side.</summary>
    public static readonly TimeSpan BaudSettle = TimeSpan.FromMilliseconds(60);

    /// <summary>For all of it but the ramp, beyond what a model waits after each chip.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>More for each search for chips that are missing: who says nothing is asked several times.</summary>
    private static readonly TimeSpan Search = TimeSpan.FromSeconds(10);

    private const int FastAsksMax = 3;
    private const int DealsMax = 3;

    /// <summary>As many have answered as there were, and so many in a row say nothing: nobody is behind them.</summary>
    private const int SilentInARowMax = 3;

    private readonly Setup setup = new(wire);
    private readonly string staysSlow = BringUpFault.StaysSlow(wire.Config);
    private bool hasSwitched;
    private string? missing;
    private TimeSpan began;
    private TimeSpan until;
    private int counted;
    private int asked;
    private int found;

    public ChainState State { get; private set; }

    /// <summary>How many chips of the right model answered; all places where it goes on without some.</summary>
    public int Chips { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>What works less well than it should, or null.</summary>
    public string? Note => Fault is not null ? null : (StaysSlow, missing) switch
    {
        (true, null) => staysSlow,
        (true, { } names) => $"{names} {staysSlow}",
        _ => missing,
    };

    public bool StaysSlow { get; private set; }

    private Bm13xxConfig Config => wire.Config;

    private Inquiry Inquiry => wire.Inquiry;

    /// <summary>Chips that are not up in time would only be warm: that is a fault like any other.</summary>
    public IEnumerable<Move> Run()
    {
        Begin();
        foreach (var move in FromResetToClock())
        {
            if (Fault is null && wire.Now > until)
            {
                Fail(BringUpFault.TooLong(wire.Now - began, asked, found));
                yield break;
            }

            yield return move;
        }
    }

    /// <summary>
    /// False, with the fault, where no chip is to hash any more: none came back, or no clock locks. As nobody expects
    /// anything of such a chain, nobody would miss it either.
    /// </summary>
    public bool IsAnybodyLeft()
    {
        if (Array.Exists(wire.Chips, static chip => chip.IsClocked))
        {
            return true;
        }

        Fail(BringUpFault.NobodyLeft(wire.Chips));
        return false;
    }

    private IEnumerable<Move> FromResetToClock()
    {
        yield return wire.SwitchTo(Bm13xxConfig.SlowBaud);
        for (var i = 0; i < wire.Model.VersionWrites; i++)
        {
            yield return wire.Broadcast(RegisterWrite.Of(VersionRolling.All));
        }

        yield return wire.CallRoll(Config.Chips);
        Chips = CountOfModel();
        counted = Chips;
        foreach (var move in Chips == Config.Chips && Inquiry.Count == Chips ? [] : Diagnose())
        {
            yield return move;
        }

        foreach (var move in Fault is null ? Configure() : [])
        {
            yield return move;
        }
    }

    private void Begin()
    {
        State = ChainState.Enumerating;
        Chips = 0;
        Fault = null;
        hasSwitched = false;
        missing = null;
        began = wire.Now;
        until = began + Longest + SetupStep.PauseAfterChips(wire.Model.Setup) * Config.Chips;
        (asked, found) = (0, 0);
        wire.VersionsRoll = false;
        wire.RolledMask = VersionRolling.HeaderMask;
        foreach (var chip in wire.Chips)
        {
            chip.Forget();
        }
    }

    /// <summary>Not the chips of the board file: who is there, and where does it end?</summary>
    private IEnumerable<Move> Diagnose()
    {
        if (Inquiry.Count == 0)
        {
            return Config.SwitchesBaud ? Probe() : Fail(BringUpFault.NobodyAnswers);
        }

        if (Chips < Inquiry.Answers.Length)
        {
            return Fail(BringUpFault.Strangers(Config, Inquiry.Answers));
        }

        return Chips > Config.Chips ? Fail(BringUpFault.TooMany(Config, Chips)) : FindMissing();
    }

    /// <summary>Nobody answered. Chips that were not reset still listen at the fast rate: worth knowing.</summary>
    private IEnumerable<Move> Probe()
    {
        yield return wire.SwitchTo(Config.Fast.Baud);
        yield return wire.CallRoll(Config.Chips);
        Fail(BringUpFault.Silence(Config, CountOfModel()));
    }

    /// <summary>Too few answered: by addresses it shows whether the chain ends early, or who in it is mute.</summary>
    private IEnumerable<Move> FindMissing()
    {
        until += Config.AllowMissing ? 2 * Search : Search; // Whoever goes on without them deals addresses once more.
        yield return setup.Inactive(SetupStep.Do(SetupAction.Inactive));
        foreach (var move in AddressAll(SetupStep.Do(SetupAction.Addresses)))
        {
            yield return move;
        }

        Judge();
    }

    private IEnumerable<Move> Configure()
    {
        State = ChainState.Initialising;
        wire.VersionsRoll |= wire.Model.VersionWrites > 0;
        foreach (var step in wire.Model.Setup)
        {
            foreach (var move in Fault is null ? Run(step) : [])
            {
                yield return move;
            }
        }

        foreach (var move in Fault is null && !hasSwitched ? SwitchBaud() : [])
        {
            yield return move;
        }

        if (Fault is null)
        {
            Chips = Config.Chips;
            State = ChainState.Ramping;
        }
    }

    private IEnumerable<Move> Run(SetupStep step) => step.Action switch
    {
        SetupAction.Inactive => [setup.Inactive(step)],
        SetupAction.Addresses => AddressAgain(step),
        SetupAction.Baud => step.OnLongChainsOnly && !Config.IsLong ? [] : SwitchBaud(),
        _ => setup.Run(step, some: null),
    };

    /// <summary>Where all had answered, a lost frame is likelier than a lost chip: addresses are dealt again.</summary>
    private IEnumerable<Move> AddressAgain(SetupStep step)
    {
        var all = Chips == Config.Chips;
        for (var deals = 1; deals == 1 || (all && deals <= DealsMax && wire.PresentChips < Config.Chips); deals++)
        {
            Move[] inactive = deals > 1 ? [setup.Inactive(step)] : [];
            foreach (var move in inactive.Concat(AddressAll(step)))
            {
                yield return move;
            }
        }

        Judge();
    }

    private IEnumerable<Move> AddressAll(SetupStep step)
    {
        foreach (var move in setup.DealAddresses(step))
        {
            yield return move;
        }

        (asked, found) = (0, 0);
        var silent = 0;
        foreach (var chip in wire.Chips)
        {
            chip.IsPresent = false;
            foreach (var move in found < counted || silent < SilentInARowMax ? wire.AskForId(chip) : [])
            {
                yield return move;
                chip.IsPresent = wire.HasAnswered(chip);
            }

            asked++;
            found += chip.IsPresent ? 1 : 0;
            silent = chip.IsPresent ? 0 : silent + 1;
        }

        Chips = wire.PresentChips;
    }

    /// <summary>Where chips are missing, each is named; whether that ends it, the board file says.</summary>
    private void Judge()
    {
        missing = BringUpFault.Missing(wire.Chips);
        foreach (var chip in wire.Chips)
        {
            chip.Fault = chip.IsPresent ? null : missing;
        }

        if (missing is not null && (!Config.AllowMissing || Chips == 0))
        {
            Fail(missing);
        }
    }

    private IEnumerable<Move> SwitchBaud()
    {
        hasSwitched = true;
        if (!Config.SwitchesBaud || StaysSlow)
        {
            yield break;
        }

        State = ChainState.SwitchingBaud;
        foreach (var move in TellBaud(Config.Fast))
        {
            yield return move;
        }

        yield return wire.SwitchTo(Config.Fast.Baud);
        for (var asks = 0; asks < FastAsksMax && (asks == 0 || !AllAnswered()); asks++)
        {
            yield return wire.CallRoll(wire.PresentChips);
        }

        foreach (var move in AllAnswered() ? [] : FallBack())
        {
            yield return move;
        }

        State = Fault is null ? ChainState.Initialising : ChainState.Failed;
    }

    /// <summary>The fast rate does not work. Either the chips never heard of it, or they hear us there.</summary>
    private IEnumerable<Move> FallBack()
    {
        StaysSlow = true;
        foreach (var move in TellBaud(Config.Slow))
        {
            yield return move;
        }

        yield return wire.SwitchTo(Bm13xxConfig.SlowBaud);
        yield return wire.CallRoll(wire.PresentChips);
        Fault = AllAnswered() ? null : BringUpFault.LostInSwitch(Config);
    }

    private IEnumerable<Move> TellBaud(BaudOption option)
    {
        for (var i = 0; i < option.Writes.Length; i++)
        {
            yield return wire.Broadcast(
                option.Writes[i], i + 1 < option.Writes.Length ? SetupStep.Pace : BaudSettle);
        }
    }

    private bool AllAnswered() => Inquiry.Count == wire.PresentChips && CountOfModel() == Inquiry.Count;

    private int CountOfModel()
    {
        var count = 0;
        foreach (var (_, value) in Inquiry.Answers)
        {
            count += wire.Model.Is(ChipId.FromBits(value).Model) ? 1 : 0;
        }

        return count;
    }

    private Move[] Fail(string sentence)
    {
        Fault = sentence;
        State = ChainState.Failed;
        return [];
    }
}
