using Drivers;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// What is to be known of a board beyond one opening of it: its first fault with the minute before, how often it was
/// started and in vain, how low its supply went, and what of its set-points it may have after all that. It survives the
/// end of guard and of the machine, as far as the flash plays along; where that refuses, the board works on and the
/// status says so.
/// </summary>
public sealed class BoardHistory
{
    /// <summary>More than any rule asks for: a damaged record may hold any number.</summary>
    private const double RestartSecondsMax = 86_400;

    private readonly string board;
    private readonly IHistoryKeeper keeper;
    private readonly Func<BootMoment> moment;
    private readonly Func<TimeSpan> clock;
    private readonly ILogger log;
    private readonly FaultLatch latch;
    private readonly RestartRule rule;
    private readonly StartCount starts;

    private string? lost;
    private TraceRing? trace;
    private SagWatch sag = new(null);
    private LoweredTo applied;
    private string? lowered;
    private TimeSpan? restartAt;
    private TimeSpan? traceEndsAt;
    private bool isCool;
    private (double? Run, double Granted) clocks;

    /// <param name="kept">What an earlier guard has left.</param>
    /// <param name="clock">Time since start.</param>
    public BoardHistory(
        string board,
        KeptHistory kept,
        IHistoryKeeper keeper,
        Func<TimeSpan> clock,
        ILogger log,
        Func<BootMoment>? moment = null)
    {
        this.board = board;
        this.keeper = keeper;
        this.clock = clock;
        this.log = log;
        this.moment = moment ?? BootMoment.Now;
        lost = kept.Lost;
        latch = new(board, kept.Fault);
        var since = this.moment().Since(kept.Starts?.Moment ?? default);
        rule = new(kept.RestartAges.Select(age => age + since), clock());
        starts = new(kept.Starts?.Failed ?? 0, kept.Starts?.Underway ?? false);
        if (kept.Fault is { } fault)
        {
            restartAt = RestartOf(fault);
            log.StillLatched(board, fault.Cause, Remedy(clock()));
        }

        if (lost is not null)
        {
            log.HistoryLost(board, lost);
        }

        if (kept.Starts?.Underway == true)
        {
            KeepStarts(); // It counts from now on, and not once more at the next start.
        }
    }

    /// <summary>What ended the work of this board first, or null.</summary>
    public Fault? First => latch.First;

    /// <summary>What the supply leaves of the clock, as a fraction.</summary>
    public double ClockShare => sag.IsReduced ? SagWatch.ReducedTo : 1;

    private LoweredTo Due => new(rule.Count, starts.IsSafeProfileDue);

    /// <summary>The parts with the set-points that they may have now, for whoever watches over the board.</summary>
    public GuardParts Permit(GuardParts parts)
    {
        applied = Due;
        lowered = applied.Words(parts);
        sag = sag.IsOf(parts.Rail?.Part.InputOn) ? sag : new(parts.Rail?.Part.InputOn);
        if (lowered is not null)
        {
            log.Lowered(board, lowered);
        }

        return applied.Of(parts);
    }

    /// <summary>A bring-up begins. The flash gets it before there are volts: a machine may die of them.</summary>
    public void Starting()
    {
        starts.Begin();
        KeepStarts();
    }

    public void PowerIsGood(TimeSpan now) => starts.PowerIsGood(now);

    /// <summary>The power went, and for no fault.</summary>
    public void PowerEnded()
    {
        if (starts.End())
        {
            KeepStarts();
        }
    }

    /// <summary>By the last reading of the rail: why the power must go for want of input, or null.</summary>
    public FaultCause? SupplyTrouble(Volts? input, bool powered, TimeSpan now)
    {
        var verdict = sag.Step(input, powered, now);
        if (verdict == SagVerdict.Reduced)
        {
            log.Sagged(board, Supply(now));
        }

        return verdict == SagVerdict.Stop ? new(FaultKind.Sag, $"the input voltage sags again: {Supply(now)}") : null;
    }

    /// <summary>One tick of the board has passed.</summary>
    /// <param name="run">The clock that mine says the chips run at, in megahertz, or null.</param>
    internal void Tick(BoardIo io, GuardState state, double? run, double granted, TimeSpan now)
    {
        clocks = (run, granted);
        Ring(io).Take(io, state, run, granted, now);
        isCool = First is not null && BringUp.TooHot(io) is null;
        if (starts.Step(now) | rule.Forget(now))
        {
            KeepStarts();
        }

        if (now >= traceEndsAt)
        {
            EndTrace();
        }
    }

    /// <summary>True where this fault is the first. It is given to be kept at once, with all that led to it.</summary>
    internal bool Trip(FaultCause cause, BoardIo io, GuardState state, TimeSpan now)
    {
        Ring(io).Take(io, state, clocks.Run, clocks.Granted, now);
        var readings = sag.Lowest is null ? io.Describe() : io.Describe().Prepend($"supply: {Supply(now)}");
        if (!latch.Trip(cause, readings, now))
        {
            return false;
        }

        var delay = rule.DelayAfter(cause.Kind, now);
        restartAt = now + delay;
        traceEndsAt = now + TraceRing.After;
        latch.Complete(DateTimeOffset.UtcNow, moment(), delay);
        keeper.Keep(First! with { Trace = Ring(io).Around(now) });
        if (starts.Fail())
        {
            KeepStarts();
        }

        return true;
    }

    /// <summary>A board that has been off for long enough, and is cool, may start again by itself.</summary>
    public bool TryRestart(TimeSpan now)
    {
        if (First is null || !isCool || !(now >= restartAt))
        {
            return false;
        }

        rule.Restarted(now);
        log.Restarting(board, First.Cause, rule.Count, RestartRule.RestartsMax);
        Release();
        return true;
    }

    /// <summary>A board without power that may have other set-points than it was opened with.</summary>
    public bool NeedsOtherSetPoints => Due != applied;

    /// <summary>
    /// A person has looked: the fault is latched no longer, and what was taken off for restarts is given back. Starts
    /// that failed are forgotten only where no fault is latched: else the third one in a row would never be counted.
    /// </summary>
    public void Clear()
    {
        rule.Clear();
        lost = null;
        if (First is null)
        {
            starts.Clear();
        }
        else
        {
            log.Cleared(board, First.Cause);
            Release();
        }

        KeepStarts();
    }

    /// <summary>Nobody watches over the board any more: what is under way has not failed.</summary>
    public void Close()
    {
        PowerEnded();
        EndTrace();
    }

    public RecoveryStatus Report(TimeSpan now) => new(
        First?.Kind.Word(),
        restartAt is { } at ? Math.Max(0, Math.Ceiling((at - now).TotalSeconds)) : null,
        First is null ? null : Remedy(now),
        rule.Count,
        starts.Failed,
        lowered,
        keeper.Trouble(board) ?? lost,
        Sagged(now));

    private void Release()
    {
        latch.Clear();
        restartAt = null;
        traceEndsAt = null;
        keeper.Retire(board);
        KeepStarts();
    }

    private void EndTrace()
    {
        if (traceEndsAt is not null && First is { } fault && trace is not null)
        {
            traceEndsAt = null;
            keeper.Keep(fault with { Trace = trace.Around(TimeSpan.FromSeconds(fault.Seconds)) });
        }
    }

    private TraceRing Ring(BoardIo io) => trace ??= new(io.Parts);

    private void KeepStarts() => keeper.Keep(board, new(
        starts.Failed,
        starts.IsUnderway,
        [.. rule.Ages(clock()).Select(age => Math.Round(age.TotalSeconds))],
        moment()));

    /// <summary>When a fault of an earlier guard lets the board start again: the time since it counts.</summary>
    private TimeSpan? RestartOf(Fault fault) =>
        fault.RestartAfterSeconds is { } delay && RestartRule.PassesByItself(fault.Kind)
            ? clock() + TimeSpan.FromSeconds(Math.Clamp(delay, 0, RestartSecondsMax)) - moment().Since(fault.Moment)
            : null;

    private string Remedy(TimeSpan now) => restartAt switch
    {
        { } at when at > now => $"starts again by itself in {Math.Ceiling((at - now).TotalMinutes):0} min",
        { } => "starts again by itself as soon as it is cool",
        null => $"stays off until a person has looked: sv2fw faults --clear {board}",
    };

    private string Supply(TimeSpan now)
    {
        var low = sag.Lowest is { } lowest
            ? $"{lowest.Input} at the lowest, {(now - lowest.At).TotalSeconds:0.0} s ago"
            : "never measured";
        return $"{low}; {sag.Count} time(s) below {(sag.Limit is { } limit ? new Volts(limit).ToString() : "a limit")}";
    }

    private SupplyStatus? Sagged(TimeSpan now) => sag.Lowest is not { } lowest ? null : new(
        lowest.Input.Value,
        Math.Round((now - lowest.At).TotalSeconds),
        sag.Limit,
        sag.Count,
        sag.IsReduced);
}

/// <summary>What an earlier guard has left of a board.</summary>
/// <param name="Lost">What could not be read of it, or null.</param>
public readonly record struct KeptHistory(Fault? Fault, StartRecord? Starts, string? Lost = null)
{
    /// <summary>Where the record is lost, nobody knows that the board was not restarted a moment ago.</summary>
    public IEnumerable<TimeSpan> RestartAges => Lost is not null
        ? Enumerable.Repeat(TimeSpan.Zero, RestartRule.RestartsMax)
        : (Starts?.RestartAges ?? [])
            .Where(double.IsFinite)
            .Select(age => TimeSpan.FromSeconds(Math.Clamp(age, 0, AgeSecondsMax)));

    private const double AgeSecondsMax = 1e6; // longer than any counts

    public static KeptHistory Of(FaultStore store, string board)
    {
        var fault = store.Load(board);
        try
        {
            return new(fault, store.LoadStarts(board));
        }
        catch (IOException damage)
        {
            return new(fault, null, $"how often it was started before cannot be read: {damage.Message}");
        }
    }
}
