using Firmware.Guard;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Storm;

/// <summary>
/// The process `guard` with the real <see cref="BoardGuard"/> and, in place of its thread, the moments in which that
/// would do something: ticks on absolute deadlines, grants twice as often and at once where one changes.
/// </summary>
internal sealed class GuardProcess(Device device, ILogger log)
{
    private readonly Flash flash = new(device);
    private BoardHistory? history;
    private BoardGuard? guard;
    private (object From, BoardWant? Want)? unread;
    private BoardGrant? told;
    private TimeSpan nextTick;
    private TimeSpan nextGrant;
    private TimeSpan openAgainAt;
    private long sequence;

    public bool Lives { get; private set; }

    public bool Hangs { get; private set; }

    public bool Acts => Lives && !Hangs;

    public TimeSpan? GoneSince { get; private set; } = TimeSpan.Zero;

    /// <summary>Since when it acts without a break, or null.</summary>
    public TimeSpan? ActsSince { get; private set; }

    /// <summary>The last tick that was done in time.</summary>
    public TimeSpan LastSign { get; private set; }

    /// <summary>Null while the process or the board is not there.</summary>
    public GuardState? State => Lives ? guard?.State : null;

    public string Reason => guard?.Reason ?? "not there";

    public string? Fault => history?.First?.Cause;

    public TimeSpan? SafeOffSince { get; private set; }

    /// <summary>Faults that could not be kept, because nothing can be written.</summary>
    public int NotKept => flash.Refused;

    public TimeSpan Due
    {
        get
        {
            if (!Acts)
            {
                return TimeSpan.MaxValue;
            }

            var due = nextTick < nextGrant ? nextTick : nextGrant;
            due = guard is { } watched && watched.Due < due ? watched.Due : due;
            return due == TimeSpan.MinValue ? device.Clock.Now : due - device.Leapt;
        }
    }

    private TimeSpan Clock => device.Clock.Now + device.Leapt;

    public void Start()
    {
        Lives = true;
        Hangs = false;
        GoneSince = null;
        ActsSince = device.Clock.Now;
        nextTick = nextGrant = Clock;
        LastSign = device.Clock.Now;
        unread = null;
        told = null;
        history = new(device.Config.Key, flash.Load(), flash, () => Clock, log, Moment);
        Open();
        device.Mine.Reconnect();
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (!Lives)
        {
            return;
        }

        Lives = Hangs = false;
        guard = null;
        SafeOffSince = ActsSince = null;
        GoneSince ??= device.Clock.Now;
    }

    public void Hang(bool hangs)
    {
        if (!Lives || hangs == Hangs)
        {
            return;
        }

        Hangs = hangs;
        GoneSince = hangs ? device.Clock.Now : null;
        ActsSince = hangs ? null : device.Clock.Now;
        if (unread is { } waiting && Acts)
        {
            unread = null;
            guard?.Receive(waiting.From, waiting.Want, Clock);
        }
    }

    /// <summary>Whoever listens for its signs finds that there was none for so long.</summary>
    public void MissSigns(TimeSpan time) => LastSign -= time;

    /// <summary>True where it was heard, and not only sent.</summary>
    public bool Receive(object from, BoardWant? want)
    {
        if (!Acts)
        {
            unread = Lives ? (from, want) : null;
            return false;
        }

        guard?.Receive(from, want, Clock);
        return guard is not null;
    }

    public void Close(object connection)
    {
        if (Acts)
        {
            guard?.Close(connection, Clock);
        }
    }

    public void Act()
    {
        if (!Acts)
        {
            return;
        }

        if (Clock >= nextTick)
        {
            Tick();
        }

        for (var turns = 0; guard is { } watched && watched.Due <= Clock; turns++)
        {
            watched.Advance(Clock);
            if (turns > 50)
            {
                throw new InvalidOperationException("guard is due and does not do it.");
            }
        }

        Tell();
        SafeOffSince = State == GuardState.SafeOff ? SafeOffSince ?? device.Clock.Now : null;
    }

    private void Tick()
    {
        if (guard is null)
        {
            if (Clock >= openAgainAt)
            {
                Open();
            }
        }
        else
        {
            device.Clock.Spend(device.Board.Troubles.Starved);
            guard.Tick(Clock);
            DropVanished();
        }

        if (Clock < nextTick + GuardLoop.TickMax)
        {
            LastSign = device.Clock.Now;
        }

        while (nextTick <= Clock)
        {
            nextTick += GuardLoop.Period;
        }
    }

    private void DropVanished()
    {
        if (guard is { HasVanished: true })
        {
            guard = null;
            openAgainAt = Clock + TimeSpan.FromSeconds(1);
        }
    }

    private void Open()
    {
        openAgainAt = Clock + TimeSpan.FromSeconds(1);
        if (!device.Board.Troubles.Unplugged)
        {
            guard = new BoardGuard(history!.Permit(StormParts.Of(device.Board)), history, () => Clock, log);
        }
    }

    /// <summary>The machine itself never starts anew.</summary>
    private BootMoment Moment() => new("storm", Clock.TotalSeconds);

    private void Tell()
    {
        var grant = guard?.Grant
            ?? new BoardGrant(device.Config.Key, PowerGrant.Off, Reset: true, MegahertzMax: 0, "the board is away");
        if (Clock < nextGrant
            && (told?.Power, told?.Reset, told?.MegahertzMax) == (grant.Power, grant.Reset, grant.MegahertzMax))
        {
            return;
        }

        told = grant;
        device.Mine.Receive(new(++sequence, [grant]));
        while (nextGrant <= Clock)
        {
            nextGrant += GuardLoop.GrantPeriod;
        }
    }
}
