using Firmware.Cli;
using Firmware.Guard;

namespace Storm;

/// <summary>
/// The rules of the supervisor at its own times: whoever ended or went silent is buried, a guard's board is made safe
/// by a process of its own, and both start again when the policy says so.
/// </summary>
internal sealed class SupervisorProcess(Device device)
{
    private readonly RestartPolicy guardPolicy = new(Supervisor.GuardStartsMax, Supervisor.RestartWindow);
    private readonly RestartPolicy minePolicy = new(Supervisor.OtherStartsMax, Supervisor.RestartWindow);
    private TimeSpan? guardStartsAt = TimeSpan.Zero;
    private TimeSpan? mineStartsAt = TimeSpan.Zero;
    private TimeSpan? safeOffAt;
    private bool isBusy;

    /// <summary>guard fell too often; its boards are asked again until they are proven safe.</summary>
    public bool HasGivenUp { get; private set; }

    public TimeSpan Due => IsAbsent ? TimeSpan.MaxValue : Earliest(GuardDue, MineDue);

    /// <summary>It has its hands full, or is not there at all (which is not so at the start).</summary>
    private bool IsAbsent => isBusy
        || (device.Board.Troubles.Sabotage == Sabotage.NoSupervisor && device.Clock.Now > TimeSpan.FromSeconds(5));

    private TimeSpan GuardDue => device.Guard.Lives
        ? device.Guard.LastSign + Supervisor.GuardPatience + Supervisor.Round
        : HasGivenUp ? safeOffAt ?? TimeSpan.MaxValue
        : guardStartsAt ?? device.Guard.GoneSince + Supervisor.Round ?? TimeSpan.MaxValue;

    private TimeSpan MineDue => device.Mine is { Lives: true, Hangs: true }
        ? device.Mine.GoneSince!.Value + Supervisor.OtherPatience + Supervisor.Round
        : device.Mine.Lives ? TimeSpan.MaxValue
        : mineStartsAt ?? device.Mine.GoneSince + Supervisor.Round ?? TimeSpan.MaxValue;

    public void Act()
    {
        var now = device.Clock.Now;
        if (!IsAbsent && now >= GuardDue)
        {
            ActOnGuard(now);
        }

        if (!IsAbsent && now >= MineDue)
        {
            ActOnMine(now);
        }
    }

    private void ActOnGuard(TimeSpan now)
    {
        if (HasGivenUp)
        {
            safeOffAt = AskAgain() ? null : device.Clock.Now + Supervisor.SafeOffEvery;
            return;
        }

        if (guardStartsAt is not null && !device.Guard.Lives)
        {
            guardStartsAt = null;
            device.Guard.Start();
            return;
        }

        device.Trace?.Say("supervisor", device.Guard.Lives ? "guard is silent: killed" : "guard ended");
        device.Guard.Kill();
        var isSafe = AskAgain() || AskAgain();
        guardStartsAt = guardPolicy.NextStart(now) + StartTime();
        HasGivenUp = guardStartsAt is null;
        safeOffAt = isSafe ? null : device.Clock.Now + Supervisor.SafeOffEvery;
    }

    private bool AskAgain()
    {
        isBusy = true;
        var isSafe = MakeSafe();
        isBusy = false;
        return isSafe;
    }

    private void ActOnMine(TimeSpan now)
    {
        if (mineStartsAt is not null && !device.Mine.Lives)
        {
            mineStartsAt = null;
            device.Mine.Start();
            return;
        }

        device.Trace?.Say("supervisor", device.Mine.Lives ? "mine is silent: killed" : "mine ended");
        device.Mine.Kill();
        mineStartsAt = minePolicy.NextStart(now) + StartTime() ?? TimeSpan.MaxValue;
    }

    /// <summary>`safe-off` with handles of its own; the others go on meanwhile.</summary>
    private bool MakeSafe()
    {
        device.RunTo(device.Clock.Now + StartTime());
        if (device.Board.Troubles.Unplugged)
        {
            return false;
        }

        var proof = SafeOff.Run(
            [StormParts.Of(device.Board)], () => device.Clock.Now, pause => device.RunTo(device.Clock.Now + pause))[0];
        device.Trace?.Say("safe-off", proof.ToString());
        return proof.IsProven;
    }

    /// <summary>What a native process takes to do its first work.</summary>
    private TimeSpan StartTime() => device.Dice.Seconds(0.05, 0.3);

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
