using Drivers;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// One board under guard: reads its parts, asks the pure steps what that means, and does it. Every 500 ms a
/// <see cref="Tick"/>; between two of them <see cref="Advance"/> carries out what cannot wait so long. Everything that
/// goes wrong with this board stays in here.
/// </summary>
public sealed class BoardGuard
{
    /// <summary>Of a tick's bus budget: what fails while reading must leave the commands their chance.</summary>
    private const double ReadingShare = 0.5;

    private readonly BoardIo io;
    private readonly TimeSpan busBudget;
    private readonly Func<TimeSpan> clock;
    private readonly ILogger log;
    private readonly BoardHistory history;
    private readonly ThermalControl thermal;
    private readonly FanBank fans;
    private readonly Lease lease = new();
    private readonly ChipReset reset;
    private readonly LiveRail rail;
    private readonly DeadRail deadRail;
    private readonly Regulation regulation;
    private readonly BoardFace face;

    private ThermalDecision decision = new(DutyCycle.Full, Hashing.Off, "no temperature was read yet");
    private BringUp? bringUp;
    private bool safe;
    private bool busIsDead;

    /// <summary>Makes the board safe at once: whatever it was doing before, nobody was watching.</summary>
    /// <param name="history">Outlives this object: a board that comes back brings its fault along.</param>
    /// <param name="clock">Time since start, for what happens inside one step.</param>
    /// <param name="settings">Outlives this object too; without any, the board file's own set-points hold.</param>
    /// <param name="busBudget">What this board may cost the loop on a bus that does not answer.</param>
    public BoardGuard(
        GuardParts parts,
        BoardHistory history,
        Func<TimeSpan> clock,
        ILogger log,
        BoardSettings? settings = null,
        TimeSpan? busBudget = null)
    {
        this.busBudget = busBudget ?? GuardLoop.BusBudget;
        io = new(parts);
        this.history = history;
        this.clock = clock;
        this.log = log;
        thermal = new(
            [.. parts.Sensors.Select(sensor => sensor.Limits)],
            parts.Fans.Count == 0 ? null : parts.Fans.Select(fan => fan.DutyMin).MaxBy(duty => duty.Fraction));
        fans = new(io);
        reset = new(io, clock);
        rail = new(io);
        deadRail = new(io);
        regulation = new(io, settings ?? new(new SettingReader(parts)), rail, log);
        face = new(parts.Display, parts.Light);
        deadRail.Begin(clock());
        State = history.First is null ? GuardState.Off : GuardState.SafeOff;
        Reason = Fault ?? lease.Reason;
        MakeSafe();
    }

    public GuardState State { get; private set; }

    public string Reason { get; private set; }

    /// <summary>The way to the board is gone; whoever owns this object drops it.</summary>
    public bool HasVanished { get; private set; }

    public string Key => io.Parts.Key;

    /// <summary>What ended the work of this board first, or null.</summary>
    public string? Fault => history.First?.Cause;

    /// <summary>When <see cref="Advance"/> has something to do; a tick may come earlier.</summary>
    public TimeSpan Due
    {
        get
        {
            var due = lease.EndsAt ?? TimeSpan.MaxValue;
            due = Earlier(due, bringUp?.Due);
            return IsGood ? Earlier(due, reset.Due(lease.Current(clock()))) : due;
        }
    }

    public BoardGrant Grant => State switch
    {
        GuardState.Starting => new(Key, PowerGrant.Settling, Reset: true, MegahertzMax: 0, Reason),
        GuardState.Running or GuardState.Reduced => Good,
        _ => new(Key, PowerGrant.Off, Reset: true, MegahertzMax: 0, Reason),
    };

    public BoardGuardStatus Status =>
        BoardReport.Of(io, State, Reason, Fault, IsPowered, regulation.SetPoints.Sensors) with
        {
            Recovery = history.Report(clock()),
            Operation = regulation.Status,
        };

    private BoardGrant Good =>
        new(Key, PowerGrant.Good, Reset: !reset.IsReleased, regulation.Granted.Value, Reason);

    private bool IsGood => State is GuardState.Running or GuardState.Reduced;

    private bool IsPowered => IsGood || bringUp is { MayBePowered: true };

    /// <summary>A want arrived that lists this board, or (null) does not.</summary>
    public void Receive(object from, BoardWant? want, TimeSpan now)
    {
        lease.Receive(from, want, now);
        if (State == GuardState.Starting || IsGood)
        {
            reset.Saw(lease.Current(now));
        }

        Follow(now);
    }

    /// <summary>A connection closed, which may have been the one that held the lease.</summary>
    public void Close(object connection, TimeSpan now)
    {
        lease.Close(connection);
        Follow(now);
    }

    /// <summary>One round: read, judge, act. It takes as long as its transfers take.</summary>
    public void Tick(TimeSpan now)
    {
        if (LooksVanished(now))
        {
            return;
        }

        io.LimitTrouble(busBudget * ReadingShare);
        io.ReadSensors();
        thermal.Use(regulation.SetPoints.Sensors);
        decision = thermal.Step(io.Sensors, now, regulation.Demand);
        if (decision.Trip == ThermalTrip.Heat || (decision.Hashing == Hashing.Off && IsPowered))
        {
            Trip(new(decision.Trip == ThermalTrip.Heat ? FaultKind.Heat : FaultKind.SensorLoss, decision.Reason), now);
        }

        ReadTheRest();
        JudgeRail(now);
        TripWhere(fans.Trouble(IsGood, busIsDead, now), now);
        Regulate(now);
        Act();
        history.Tick(io, State, lease.Current(now)?.Megahertz, Grant.MegahertzMax, now);
        face.Show(io, State, Reason, now, late: clock() - now >= busBudget);
    }

    /// <summary>What is due between two ticks: the next step of a bring-up, a reset edge, the end of a lease.</summary>
    public void Advance(TimeSpan now)
    {
        io.LimitTrouble(busBudget);
        Follow(now);
        if (bringUp is not null)
        {
            bringUp.Advance(now, clock);
            FollowBringUp(bringUp, now);
        }

        if (IsGood)
        {
            TripWhere(reset.Advance(lease.Current(now), now), now);
        }
    }

    /// <summary>Something in here threw, which is a mistake of ours: nobody knows what it left undone.</summary>
    public void Fail(Exception bug, TimeSpan now)
    {
        Trip(new(FaultKind.Unknown, $"a bug in guard: {bug.GetType().Name}: {bug.Message}"), now);
        MakeSafe();
    }

    /// <summary>Power first, then the chips, then air: in this order, and each whatever the others say.</summary>
    public void MakeSafe()
    {
        safe = CutPower();
        io.Drive(DutyCycle.Full);
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;

    /// <summary>A bus on which no sensor answers is not asked for more: that would only cost time.</summary>
    private void ReadTheRest()
    {
        busIsDead = Array.TrueForAll(io.Sensors, sensor => sensor.Value is null);
        if (busIsDead)
        {
            io.ForgetRailAndFans();
            return;
        }

        // A bring-up does so itself: of two readers of a slow part one learns nothing.
        _ = bringUp is null ? io.ReadRail() : io.Rail;
        io.ReadFans();
    }

    private void Regulate(TimeSpan now)
    {
        var want = lease.Current(now);
        if (IsGood)
        {
            TripWhere(regulation.Step(decision.Heat, want, reset.IsReleased, history.ClockShare, now), now);
        }

        regulation.Prove(IsGood && reset.IsReleased, want, now);
        Follow(clock()); // On a slow bus a tick takes long, and the end of a lease does not wait for it.
        if (IsGood)
        {
            regulation.Walk(now);
        }
    }

    private void JudgeRail(TimeSpan now)
    {
        TripWhere(history.SupplyTrouble(io.Rail.Input, IsGood, now), now);
        if (IsGood)
        {
            TripWhere(rail.Trouble(), now);
        }
        else if (State != GuardState.Starting)
        {
            TripWhere(deadRail.Trouble(safe, now), now);
        }
    }

    /// <summary>Brings the state in line with the lease and with the heat.</summary>
    private void Follow(TimeSpan now)
    {
        // Looked at whatever the state: only so a lease that is over ends, and is not due any more.
        var unwanted = WhyNoPower(now);
        if (HasVanished || State == GuardState.SafeOff)
        {
            return;
        }

        if (State is GuardState.Off or GuardState.Idle)
        {
            FollowWithoutPower(unwanted, now);
        }
        else if (unwanted is not null)
        {
            EndPower(now);
            history.PowerEnded();
            Change(GuardState.Idle, unwanted);
        }
        else if (IsGood)
        {
            Change(regulation.IsReducedByHeat ? GuardState.Reduced : GuardState.Running, decision.Reason);
        }
    }

    private void FollowWithoutPower(string? unwanted, TimeSpan now)
    {
        var against = unwanted
            ?? (!safe ? deadRail.WhyNotOff
                : decision.Hashing == Hashing.Off ? decision.Reason
                : null);
        if (against is null)
        {
            Start(now);
            return;
        }

        if (!safe && unwanted is null && Reason != against)
        {
            log.StaysOff(Key, against);
        }

        Reason = against;
    }

    /// <summary>Why nobody wants the power that there is or could be, or null. A pause takes its time.</summary>
    private string? WhyNoPower(TimeSpan now) => lease.Current(now) is null ? lease.Reason
        : regulation.SetPoints.IsPaused && (!IsGood || regulation.IsDownForPause) ? "paused by a setting"
        : null;

    private void Start(TimeSpan now)
    {
        bringUp = new(io, regulation.StartVolts(now), now);
        history.Starting();
        reset.Begin(lease.Current(now));
        Change(GuardState.Starting, "power is wanted");
    }

    private void FollowBringUp(BringUp running, TimeSpan now)
    {
        Reason = running.Reason;
        switch (running.State)
        {
            case PowerState.Good:
                bringUp = null;
                regulation.Begin(now);
                history.PowerIsGood(now);
                Change(GuardState.Running, running.Reason);
                break;
            case PowerState.Failed:
                Trip(running.Failure, now);
                break;
            default:
                break;
        }
    }

    /// <summary>Without power both off commands are given every tick, obeyed or not.</summary>
    private void Act()
    {
        io.LimitTrouble(busBudget * (1 - ReadingShare));
        if (State is GuardState.Off or GuardState.Idle or GuardState.SafeOff)
        {
            safe = CutPower();
            deadRail.WasTold(safe);
        }

        var full = fans.NeedsFull || !safe || State is GuardState.Starting or GuardState.SafeOff;
        if (full)
        {
            thermal.DrivenFull();
        }

        io.Drive(full ? DutyCycle.Full : decision.Fans);
    }

    private void TripWhere(FaultCause? cause, TimeSpan now)
    {
        if (cause is { } found)
        {
            Trip(found, now);
        }
    }

    private void Trip(FaultCause cause, TimeSpan now)
    {
        if (State == GuardState.SafeOff || LooksVanished(now))
        {
            return;
        }

        EndPower(now);
        regulation.Fail(cause.Words);
        io.Drive(DutyCycle.Full);
        var from = State;
        State = GuardState.SafeOff;
        Reason = cause.Words;
        if (history.Trip(cause, io, from, now) && history.First is { } fault)
        {
            log.Tripped(Key, from.Word(), cause.Words, string.Join("; ", fault.Readings));
        }
    }

    private void EndPower(TimeSpan now)
    {
        // Whatever this tick has already lost on a bus in trouble: this is the transfer that counts.
        io.LimitTrouble(busBudget);
        safe = CutPower();
        bringUp = null;
        deadRail.Begin(now);
        regulation.End(isPause: regulation.SetPoints.IsPaused);
    }

    private bool CutPower()
    {
        var railIsOff = io.TurnOff();
        var isHeld = reset.TryHold();
        return railIsOff && isHeld;
    }

    private bool LooksVanished(TimeSpan now)
    {
        if (!HasVanished && io.Do(io.Parts.HasVanished))
        {
            HasVanished = true;
            regulation.Fail("the board has vanished from its port");
            bringUp = null;
            deadRail.Begin(now);
            Change(history.First is null ? GuardState.Off : GuardState.SafeOff, "the board has vanished from its port");
        }

        return HasVanished;
    }

    private void Change(GuardState to, string reason)
    {
        if (State != to && log.IsEnabled(LogLevel.Information))
        {
            log.Transition(Key, State.Word(), to.Word(), reason);
        }

        State = to;
        Reason = reason;
    }
}
