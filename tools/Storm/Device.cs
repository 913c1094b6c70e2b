using Firmware.Boards;
using Microsoft.Extensions.Logging.Abstractions;

namespace Storm;

/// <summary>
/// A whole miner on a clock of its own: the board, guard, mine, their supervisor, a pool, and whoever watches that
/// nothing happens that must not.
/// </summary>
internal sealed class Device
{
    /// <summary>Physics and promises are looked at so often, however little happens.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>So many rounds in one moment are a mistake of this simulation.</summary>
    private const int StalledMax = 1000;

    private readonly List<ActiveFault> faults = [];
    private int stalled;

    /// <param name="traced">Whether what happens is written down.</param>
    public Device(BoardConfig config, Circumstances circumstances, Dice dice, bool traced)
    {
        Config = config;
        Dice = dice;
        Trace = traced ? new Trace(Clock) : null;
        var troubles = new Troubles(config.Sensors.Length, config.Fans.Length);
        Board = new StormBoard(config, circumstances, Clock, troubles, dice);
        Pool = new SimulatedPool(Clock, troubles, dice.Split());
        Guard = new GuardProcess(this, Trace is { } trace ? trace : NullLogger.Instance);
        Mine = new MineProcess(this);
        Supervisor = new SupervisorProcess(this);
        Watch = new Watch(this);
    }

    public SimulatedClock Clock { get; } = new();

    public BoardConfig Config { get; }

    public Dice Dice { get; }

    public StormBoard Board { get; }

    public GuardProcess Guard { get; }

    public MineProcess Mine { get; }

    public SupervisorProcess Supervisor { get; }

    public SimulatedPool Pool { get; }

    public Watch Watch { get; }

    public Trace? Trace { get; }

    /// <summary>What every process's clock is ahead of the true time.</summary>
    public TimeSpan Leapt { get; private set; }

    public void Plan(Fault fault) => faults.Add(new(fault));

    public void SetPool(Action<Troubles> set)
    {
        set(Board.Troubles);
        Pool.Wake();
    }

    public void KillGuard(bool now)
    {
        if (now)
        {
            Guard.Kill();
        }
    }

    public void KillMine(bool now)
    {
        if (now)
        {
            Mine.Kill();
        }
    }

    /// <summary>Every process sees the clock leap ahead, and no time has passed.</summary>
    public void Leap(TimeSpan ahead)
    {
        Leapt += ahead;
        Guard.MissSigns(ahead);
    }

    /// <summary>Lets the time pass until then, or until a promise is broken.</summary>
    public void RunTo(TimeSpan end)
    {
        while (Clock.Now < end && Watch.Violation is null)
        {
            RunOn(end);
        }
    }

    /// <summary>Lets the time pass until something happens, at most until <paramref name="end"/>.</summary>
    public void RunOn(TimeSpan end)
    {
        var before = Clock.Now;
        Clock.PassTo(Next(end));
        stalled = Clock.Now > before ? 0 : stalled + 1;
        if (stalled > StalledMax)
        {
            throw new InvalidOperationException(
                $"The clock stands at {before}: guard is due at {Guard.Due}, mine at {Mine.Due}, the supervisor at "
                + $"{Supervisor.Due}, the pool at {Pool.Due}.");
        }

        Board.Advance();
        foreach (var fault in faults)
        {
            fault.Act(this);
        }

        Supervisor.Act();
        Guard.Act();
        Pool.Act(Mine);
        Mine.Act();
        Board.Advance();
        Watch.Look();
    }

    private TimeSpan Next(TimeSpan end)
    {
        var due = Earliest(end, Clock.Now + LookEvery);
        due = Earliest(due, Earliest(Guard.Due, Mine.Due));
        due = Earliest(due, Earliest(Supervisor.Due, Pool.Due));
        foreach (var fault in faults)
        {
            due = Earliest(due, fault.Due);
        }

        return due;
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
