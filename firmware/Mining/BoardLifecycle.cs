using Drivers;
using Drivers.Hashing;
using Firmware.Link;

namespace Firmware.Mining;

/// <summary>Where a board is between cold and mining, as mine sees it.</summary>
public enum BoardPhase : byte
{
    /// <summary>Wants power, chips held in reset.</summary>
    Waiting,

    /// <summary>Power is good; wants the reset released.</summary>
    Releasing,

    /// <summary>The chips are ours: bring-up, ramp, hashing.</summary>
    Up,

    /// <summary>The chips failed; held in reset for a while before the next try.</summary>
    Resting,

    /// <summary>A reset did not help: the lease is let go until guard says that the power is off.</summary>
    Cycling,

    /// <summary>guard stopped the clock: the chips stand until it allows one again.</summary>
    Halted,

    /// <summary>Nothing to hash: the clock walks down before the lease is let go.</summary>
    Cooling,

    /// <summary>No lease. No fault either: work brings the board back.</summary>
    Idle,

    /// <summary>Gave up after too many tries. No lease until this process starts anew.</summary>
    Failed,
}

/// <summary>What the chain's thread does once, before its next step.</summary>
public enum BoardAction : byte
{
    None,

    /// <summary>Drop what the port has received: the chips come out of reset next.</summary>
    Flush,

    /// <summary>Begin the bring-up of the chain.</summary>
    Start,

    /// <summary>Stop the chips over the wire.</summary>
    Stop,
}

/// <param name="Lease">Whether the board is listed in the want at all.</param>
/// <param name="Reset">Whether the chips are to be held in reset.</param>
/// <param name="Clock">What the chips may run at.</param>
public readonly record struct BoardOrders(BoardAction Action, bool Lease, bool Reset, Megahertz Clock);

/// <summary>What the lifecycle judges by.</summary>
/// <param name="PortOpen">The data port is open.</param>
/// <param name="Grant">guard's permission, null where it has none for this board or is too old.</param>
/// <param name="HasWork">There is a pool, or was one lately.</param>
/// <param name="Trouble">Why the chips have to start anew although the chain does not say so, or null.</param>
/// <param name="HasResults">The chips have found something true since they were last started.</param>
public readonly record struct BoardView(
    bool PortOpen,
    BoardGrant? Grant,
    ChainState Chain,
    Megahertz Clock,
    string? ChainFault,
    bool HasWork,
    string? Trouble,
    bool HasResults = false);

/// <summary>How often each rung was climbed since start, for chips that failed or found nothing.</summary>
/// <param name="NextWorks">The next work was sent at once.</param>
/// <param name="Rejoins">Chips were set up anew without a reset.</param>
/// <param name="Resets">The chain was reset.</param>
/// <param name="PowerCycles">guard was asked to switch the power off and on.</param>
/// <param name="Latches">The board was given up.</param>
public readonly record struct LadderCounts(
    long NextWorks, long Rejoins, long Resets, long PowerCycles, long Latches);

/// <summary>
/// One board's way from no power to hashing and back, as mine walks it (plan §1): want power, flush, want the reset
/// released, start the chips; stop them the moment the permission is gone. Chips that fail are reset, then power is
/// cycled, then the board is given up. Holds no hardware and reads no clock.
/// </summary>
public sealed class BoardLifecycle(Megahertz clock)
{
    /// <summary>Tries in a row before the board is left alone; before the last of them power is cycled.</summary>
    public const int TriesMax = 3;

    /// <summary>
    /// Chips that hashed for so long and found something were well: what fails then is a new story. Each new story
    /// needs twice the time, so that chips which die every two minutes are not reset for ever.
    /// </summary>
    public static readonly TimeSpan GoodAfter = TimeSpan.FromSeconds(60);

    /// <summary>Whoever mined for so long has earned a reset, and all that was before is forgotten.</summary>
    public static readonly TimeSpan GoodAgainAfter = TimeSpan.FromHours(1);

    /// <summary>For the walk down to 50 MHz in steps of 6.25 MHz and 100 ms, with room.</summary>
    public static readonly TimeSpan CoolingMax = TimeSpan.FromSeconds(15);

    /// <summary>What the ramp begins at and ends at, with a step's room.</summary>
    private const double SlowMegahertz = 57;

    private static readonly Megahertz Stopped = new(0);

    private int tries;
    private int recoveries;
    private bool hasResults;
    private TimeSpan since;
    private TimeSpan? runningSince;

    public BoardPhase Phase { get; private set; } = BoardPhase.Waiting;

    /// <summary>Why the board is where it is, in one sentence.</summary>
    public string Reason { get; private set; } = "waiting for guard to grant power";

    /// <summary>Why the chips failed last, or null where they never did or have been well since.</summary>
    public string? Fault { get; private set; }

    public long Resets { get; private set; }

    public long PowerCycles { get; private set; }

    public long Latches { get; private set; }

    public BoardOrders Step(in BoardView view, TimeSpan now)
    {
        hasResults = view.HasResults;
        var action = Phase switch
        {
            BoardPhase.Waiting => Wait(view, now),
            BoardPhase.Releasing => Release(view, now),
            BoardPhase.Up => Run(view, now),
            BoardPhase.Resting => Rest(view, now),
            BoardPhase.Cycling => Cycle(view, now),
            BoardPhase.Halted => Halt(view, now),
            BoardPhase.Cooling => Cool(view, now),
            BoardPhase.Idle => Idle(view, now),
            _ => BoardAction.None,
        };
        return new(
            action,
            Lease: view.PortOpen && Phase is not (BoardPhase.Cycling or BoardPhase.Idle or BoardPhase.Failed),
            Reset: Phase is not (BoardPhase.Releasing or BoardPhase.Up or BoardPhase.Halted or BoardPhase.Cooling),
            Clock: Allowed(view.Grant));
    }

    private Megahertz Allowed(BoardGrant? grant) =>
        grant is null ? Stopped : new Megahertz(Math.Clamp(grant.MegahertzMax, 0, clock.Value));

    private BoardAction Wait(in BoardView view, TimeSpan now)
    {
        if (!view.HasWork)
        {
            return Go(BoardPhase.Idle, "no work: waiting for a pool", BoardAction.None, now);
        }

        // Only a reset that guard has confirmed can be released with a fresh pulse.
        return view is { PortOpen: true, Grant: { Power: PowerGrant.Good, Reset: true } }
            ? Go(BoardPhase.Releasing, "power is good, releasing the chips", BoardAction.Flush, now)
            : BoardAction.None;
    }

    private BoardAction Release(in BoardView view, TimeSpan now) => view switch
    {
        { PortOpen: false } or { Grant: not { Power: PowerGrant.Good } } => Lose(view, now),
        { Grant: { Reset: false, MegahertzMax: > 0 } } =>
            Go(BoardPhase.Up, "starting the chips", BoardAction.Start, now),
        _ => BoardAction.None,
    };

    private BoardAction Run(in BoardView view, TimeSpan now)
    {
        if (view is { PortOpen: false } or { Grant: not { Power: PowerGrant.Good, Reset: false } })
        {
            return Lose(view, now);
        }

        if (view.Grant is { MegahertzMax: <= 0 })
        {
            return Go(BoardPhase.Halted, $"guard stopped the clock: {view.Grant.Reason}", BoardAction.Stop, now);
        }

        if (view.Chain == ChainState.Failed || view.Trouble is not null)
        {
            return Fail(view.ChainFault ?? view.Trouble ?? "The chips failed.", now);
        }

        if (!view.HasWork)
        {
            return Go(BoardPhase.Cooling, "no work: the clock walks down", BoardAction.Stop, now);
        }

        Judge(view.Chain, now);
        return BoardAction.None;
    }

    private BoardAction Rest(in BoardView view, TimeSpan now)
    {
        var pause = TimeSpan.FromSeconds(1 << tries);
        return now - since >= pause
            ? Go(BoardPhase.Waiting, "trying the chips again", BoardAction.None, now)
            : BoardAction.None;
    }

    /// <summary>The rail is proven dead by guard before it is switched on again (its bring-up, step 5).</summary>
    private BoardAction Cycle(in BoardView view, TimeSpan now) =>
        !view.PortOpen || view.Grant is { Power: PowerGrant.Off }
            ? Go(BoardPhase.Waiting, "the power was cut: wanted again", BoardAction.None, now)
            : BoardAction.None;

    private BoardAction Halt(in BoardView view, TimeSpan now) => view switch
    {
        { PortOpen: false } or { Grant: not { Power: PowerGrant.Good, Reset: false } } => Lose(view, now),
        { Grant.MegahertzMax: > 0 } => Go(BoardPhase.Waiting, "guard allows a clock again", BoardAction.None, now),
        { HasWork: false } => Go(BoardPhase.Cooling, "no work: the clock walks down", BoardAction.None, now),
        _ => BoardAction.None,
    };

    private BoardAction Cool(in BoardView view, TimeSpan now)
    {
        if (view.HasWork)
        {
            return Go(BoardPhase.Waiting, "there is work again", BoardAction.None, now);
        }

        return !view.PortOpen || view.Grant is null || view.Clock.Value <= SlowMegahertz || now - since >= CoolingMax
            ? Go(BoardPhase.Idle, "no work: waiting for a pool", BoardAction.None, now)
            : BoardAction.None;
    }

    private BoardAction Idle(in BoardView view, TimeSpan now) => view.HasWork
        ? Go(BoardPhase.Waiting, "there is work: waiting for guard to grant power", BoardAction.None, now)
        : BoardAction.None;

    /// <summary>Power, reset or permission went while we had it.</summary>
    private BoardAction Lose(in BoardView view, TimeSpan now) => Go(
        BoardPhase.Waiting,
        !view.PortOpen ? "the data port is gone"
            : view.Grant is { } grant ? $"guard holds the board: {grant.Reason}"
            : "guard grants nothing: it is silent, or does not know the board",
        BoardAction.Stop,
        now);

    private BoardAction Fail(string fault, TimeSpan now)
    {
        tries++;
        Fault = fault;
        switch (tries)
        {
            case < TriesMax - 1:
                Resets++;
                return Go(BoardPhase.Resting, $"try {tries} of {TriesMax} failed: {fault}", BoardAction.Stop, now);
            case < TriesMax:
                PowerCycles++;
                return Go(
                    BoardPhase.Cycling,
                    $"try {tries} of {TriesMax} failed, the power is cycled: {fault}",
                    BoardAction.Stop,
                    now);
            default:
                Latches++;
                return Go(BoardPhase.Failed, $"gave up after {tries} tries: {fault}", BoardAction.Stop, now);
        }
    }

    private void Judge(ChainState chain, TimeSpan now)
    {
        runningSince = chain == ChainState.Running ? runningSince ?? now : null;
        if (runningSince is { } start)
        {
            Reason = "hashing";
            if (hasResults)
            {
                Forgive(now - start);
            }
        }
    }

    private void Forgive(TimeSpan wellFor)
    {
        if (wellFor >= GoodAgainAfter)
        {
            (tries, recoveries, Fault) = (0, 0, null);
        }
        else if (tries > 0 && wellFor >= GoodAfter * (1 << recoveries))
        {
            (tries, recoveries, Fault) = (0, recoveries + 1, null);
        }
    }

    private BoardAction Go(BoardPhase next, string reason, BoardAction action, TimeSpan now)
    {
        Phase = next;
        Reason = reason;
        since = now;
        runningSince = null;
        return action;
    }
}
