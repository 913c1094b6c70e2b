using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// The place of one board in guard, whether or not the board is there. A board that vanishes is closed, and opened
/// again when it is back: then it starts at Off, made safe first, and keeps the fault that it had.
/// </summary>
internal sealed class BoardSlot : IDisposable
{
    private static readonly TimeSpan OpenAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Func<GuardParts> open;
    private readonly BoardHistory history;
    private readonly Func<GuardParts, BoardGuard> watch;
    private readonly BoardSettings settings;
    private readonly ILogger log;
    private GuardParts parts;
    private BoardGuard? guard;
    private BoardGuardStatus? absent;
    private BoardGrant? lastGrant;
    private TimeSpan nextOpen;

    /// <param name="parts">The board, open.</param>
    /// <param name="open">Opens it anew, or throws where it is not there.</param>
    /// <param name="watch">Puts guard over parts, whose set-points are those that the board may have now.</param>
    /// <param name="settings">What somebody has set of the board; it outlives what watches over it.</param>
    public BoardSlot(
        GuardParts parts,
        Func<GuardParts> open,
        BoardHistory history,
        BoardSettings settings,
        Func<GuardParts, BoardSettings, BoardGuard> watch,
        ILogger log)
    {
        this.history = history;
        this.parts = parts;
        this.open = open;
        this.watch = there => watch(there, settings);
        this.settings = settings;
        this.log = log;
        guard = this.watch(history.Permit(parts));
    }

    public string Key => parts.Key;

    /// <summary>The parts, or null while the board is not there.</summary>
    public GuardParts? Parts => guard is null ? null : parts;

    public TimeSpan Due => guard?.Due ?? TimeSpan.MaxValue;

    /// <summary>The grant is another one than was last taken: whoever has it should hear of it.</summary>
    public bool GrantHasChanged =>
        (lastGrant?.Power, lastGrant?.Reset, lastGrant?.MegahertzMax) != (Grant.Power, Grant.Reset, Grant.MegahertzMax);

    private BoardGrant Grant => guard?.Grant
        ?? new(Key, PowerGrant.Off, Reset: true, MegahertzMax: 0, absent?.Reason ?? "");

    public BoardGuardStatus Status => guard?.Status ?? absent!;

    public BoardGrant TakeGrant() => lastGrant = Grant;

    public void Tick(TimeSpan now)
    {
        if (guard is null)
        {
            OpenAgain(now);
            return;
        }

        Protect(watched => watched.Tick(now), now);
        if (guard is not null && MayStartAnew(guard.State, now))
        {
            WatchAnew(now);
        }
    }

    /// <summary>A person has looked at what ended the work of this board.</summary>
    public void Clear(TimeSpan now)
    {
        var fault = history.First;
        history.Clear();
        if (guard is null)
        {
            absent = absent! with { State = GuardState.Off.Word(), Fault = null, Recovery = history.Report(now) };
        }
        else if (fault is not null || history.NeedsOtherSetPoints)
        {
            WatchAnew(now);
        }
    }

    public void Advance(TimeSpan now) => Protect(watched => watched.Advance(now), now);

    public void Receive(object from, BoardWant? want, TimeSpan now) =>
        Protect(watched => watched.Receive(from, want, now), now);

    /// <summary>Somebody asks for another setting, whether or not the board is there.</summary>
    public SettingAnswer Ask(SettingAsk ask) => settings.Ask(ask);

    public void Close(object connection, TimeSpan now) => Protect(watched => watched.Close(connection, now), now);

    public void Dispose()
    {
        if (guard is not null)
        {
            guard = null;
            history.Close();
            parts.Dispose();
        }
    }

    /// <summary>With an end of the fault, or with other set-points while nothing is powered.</summary>
    private bool MayStartAnew(GuardState state, TimeSpan now) => state == GuardState.SafeOff
        ? history.TryRestart(now)
        : state is GuardState.Off or GuardState.Idle && history.NeedsOtherSetPoints;

    /// <summary>As after a start of guard: made safe first, and from Off.</summary>
    private void WatchAnew(TimeSpan now) => Protect(_ => guard = watch(history.Permit(parts)), now);

    /// <summary>A bug in the watch over one board costs that board its power, and no other board anything.</summary>
    private void Protect(Action<BoardGuard> act, TimeSpan now)
    {
        if (guard is not { } watched)
        {
            return;
        }

        try
        {
            act(watched);
        }
        catch (Exception bug)
        {
            log.Bug(bug, Key);
            watched.Fail(bug, now);
        }

        if (watched.HasVanished)
        {
            Drop(watched, now);
        }
    }

    private void Drop(BoardGuard vanished, TimeSpan now)
    {
        absent = BoardReport.OfAbsent(parts, vanished.State, vanished.Reason, vanished.Fault) with
        {
            Recovery = history.Report(now),
        };
        Dispose();
        nextOpen = now + OpenAgainAfter;
    }

    private void OpenAgain(TimeSpan now)
    {
        if (now < nextOpen)
        {
            return;
        }

        nextOpen = now + OpenAgainAfter;
        try
        {
            parts = open();
            guard = watch(history.Permit(parts));
            log.Returned(Key);
        }
        catch (Exception notThere)
        {
            // Whatever it is, it is this board's own trouble, and told as the reason why it is off.
            absent = absent! with { Reason = notThere.Message };
        }
    }
}
