using Firmware.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Guard;

/// <summary>A board under guard and a mine that wants it, on a clock that only <see cref="RunFor"/> moves.</summary>
internal sealed class BoardStory
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WantPeriod = TimeSpan.FromMilliseconds(250);

    private readonly object mine = new();
    private readonly BoardHistory history;
    private TimeSpan nextTick;
    private TimeSpan nextWant;

    public BoardStory(Plant? plant = null)
    {
        Plant = plant ?? new();
        history = new("gamma", default, Keeper, () => Now, NullLogger.Instance);
        Guard = Watch();
    }

    public Plant Plant { get; }

    /// <summary>The clock that mine walks to where its grant allows it, as it walks: 6.25 MHz in 100 ms.</summary>
    public double? MineWalksTo { get; set; }

    public BoardGuard Guard { get; private set; }

    public TimeSpan Now { get; private set; }

    public bool MineAlive { get; set; } = true;

    /// <summary>mine lists the board in its wants.</summary>
    public bool Wanted { get; set; } = true;

    /// <summary>mine has the chips held; it lets go as soon as power is good, unless told otherwise.</summary>
    public bool? WantReset { get; set; }

    /// <summary>The faults that were given to be kept; one that was given again is there once.</summary>
    public IReadOnlyList<Fault> Kept => Keeper.Faults;

    public KeptInMemory Keeper { get; } = new();

    public List<GuardState> States { get; } = [GuardState.Off];

    public void RunFor(double seconds) => RunUntil(() => false, seconds);

    /// <summary>How long it took until something was true, or null where it took longer than that.</summary>
    public TimeSpan? RunUntil(Func<bool> happened, double seconds)
    {
        var begun = Now;
        while (Now - begun < TimeSpan.FromSeconds(seconds))
        {
            if (happened())
            {
                return Now - begun;
            }

            Step();
        }

        return null;
    }

    public void RunToMining()
    {
        Assert.NotNull(RunUntil(() => Guard.State == GuardState.Running && !Guard.Grant.Reset, 60));
        RunFor(600);
        Assert.Equal(GuardState.Running, Guard.State);
        Assert.False(Plant.Held);
    }

    public void CloseConnection() => Guard.Close(mine, Now);

    /// <summary>The board comes back at its port: guard opens it anew.</summary>
    public void Return()
    {
        Plant.Unplugged = false;
        Guard = Watch();
    }

    private void Step()
    {
        Plant.Advance(Moment);
        Now += Moment;
        WalkClock();
        if (Now >= nextTick)
        {
            nextTick += GuardLoop.Period;
            Guard.Tick(Now);
        }

        if (MineAlive && Now >= nextWant)
        {
            nextWant = Now + WantPeriod;
            var reset = WantReset ?? Guard.Grant.Power != PowerGrant.Good;
            Guard.Receive(mine, Wanted ? new("gamma", reset, Plant.Clock, 4, []) : null, Now);
        }

        for (var turns = 0; Guard.Due <= Now; turns++)
        {
            Assert.True(turns < 50, "Guard is due and does not do it.");
            Guard.Advance(Now);
        }

        if (States[^1] != Guard.State)
        {
            States.Add(Guard.State);
        }
    }

    private void WalkClock()
    {
        const double perMoment = 0.625;
        if (MineWalksTo is { } goal)
        {
            var allowed = Guard.Grant is { Reset: false, MegahertzMax: var max } ? Math.Min(goal, max) : 50;
            Plant.Clock += Math.Clamp(allowed - Plant.Clock, -perMoment, perMoment);
        }
    }

    private BoardGuard Watch() => new(history.Permit(Plant.Parts), history, () => Now, NullLogger.Instance);
}
