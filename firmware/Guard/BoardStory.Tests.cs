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
    private readonly GuardParts parts;
    private TimeSpan nextTick;
    private TimeSpan nextWant;

    /// <param name="settings">What somebody has set before.</param>
    public BoardStory(Plant? plant = null, Dictionary<string, string>? settings = null, EnergyModel? energy = null)
    {
        Plant = plant ?? new();
        history = new("gamma", default, Keeper, () => Now, NullLogger.Instance);
        parts = Plant.Parts with { Energy = energy };
        Settings = new(new SettingReader(parts), commandLine: null, settings);
        Guard = Watch();
    }

    public BoardSettings Settings { get; }

    /// <summary>What the chips find in a second.</summary>
    public double Results { get; set; } = 4;

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

    /// <summary>Somebody sets something; it has to be accepted.</summary>
    public void Set(string key, string? value)
    {
        var answer = Settings.Ask(new(1, "gamma", key, value));
        Assert.True(answer.Accepted, answer.Reason);
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
            Guard.Receive(mine, Wanted ? new("gamma", reset, Plant.Clock, Results, []) : null, Now);
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

    private BoardGuard Watch() => new(history.Permit(parts), history, () => Now, NullLogger.Instance, Settings);
}
