using System.Globalization;
using Drivers;
using Firmware.Guard;

namespace Storm;

/// <summary>
/// The promises of plan and README, looked at in every moment of an episode. The first one that is broken ends it.
/// </summary>
internal sealed class Watch
{
    /// <summary>
    /// How long a part may be above its off temperature while power flows: the rest of a tick (0.5 s), the second
    /// sample (0.5 s), 250 ms to the command, and what transfers in trouble cost (a tick's whole bus budget, twice).
    /// </summary>
    public static readonly TimeSpan ReactionMax = TimeSpan.FromMilliseconds(500 + 500 + 250 + 400);

    /// <summary>Every sensor of a heat source silent: off after that (plan §1).</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A stuck sensor: still for three minutes, then five seconds to another air, a minute to feel it, and silence.
    /// </summary>
    public static readonly TimeSpan StuckMax = TimeSpan.FromSeconds(180 + 5 + 60) + SilenceMax + ReactionMax;

    /// <summary>mine dead → off (plan §1).</summary>
    public static readonly TimeSpan MineDeadMax = TimeSpan.FromSeconds(2);

    /// <summary>guard dead → off (plan §1).</summary>
    public static readonly TimeSpan GuardDeadMax = TimeSpan.FromSeconds(3);

    /// <summary>Full power without a result (plan §1, no pool; boards-and-peripherals §6, no nonce).</summary>
    public static readonly TimeSpan WithoutResultsMax = TimeSpan.FromSeconds(60);

    /// <summary>A command that did not arrive is given again at the next tick; a noisy bus may need several.</summary>
    private static readonly TimeSpan AgainWithin = TimeSpan.FromSeconds(1.5);

    /// <summary>A board that is plugged in again is looked for once a second, at a tick, and made safe first.</summary>
    private static readonly TimeSpan OpenedWithin = TimeSpan.FromSeconds(2.5);

    /// <summary>Where guard fell too often: an attempt that is under way, a second, and another one.</summary>
    private static readonly TimeSpan GivenUpMax = TimeSpan.FromSeconds(2 + 1 + 2);

    private static readonly TimeSpan NoisyAgainWithin = TimeSpan.FromSeconds(5);
    private const double ReadingSlack = 0.5; // degrees: resolution, and what metal gains between two looks

    private readonly Device device;
    private readonly (Part Part, int[] Sensors)[] sources;
    private readonly Since[] tooHot;
    private readonly (Since For, double? Says)[] still;
    private Since safeOffAndOn;
    private Since heldMissing;
    private Since hardWork;
    private TimeSpan obstructedUntil;

    public Watch(Device device)
    {
        this.device = device;
        sources =
        [
            .. device.Config.Sensors.Index()
                .GroupBy(sensor => StormBoard.PartOf(sensor.Item.HeatSource), sensor => sensor.Index)
                .Select(group => (group.Key, group.ToArray())),
        ];
        tooHot = new Since[sources.Length];
        still = new (Since, double?)[device.Config.Sensors.Length];
    }

    public string? Violation { get; private set; }

    private Troubles Troubles => device.Board.Troubles;

    private TimeSpan Now => device.Clock.Now;

    /// <summary>The command to switch off cannot arrive, or does nothing, or could not a moment ago.</summary>
    private bool IsObstructed => Now < obstructedUntil;

    public void Look()
    {
        Obstruct();
        if (Violation is not null || Troubles.Unplugged)
        {
            // A board that is unplugged obeys nobody: only a dead-man below our processes could help it.
            Forget();
            return;
        }

        LookAtHeat();
        LookAtSafeOff();
        LookAtLeases();
        LookAtWork();
        Count(device.Board.OutsideLimits ?? TooFast());
    }

    /// <summary>Something that must be null, or is a broken promise.</summary>
    public void Count(string? broken)
    {
        if (broken is not null && Violation is null)
        {
            Violation = string.Create(CultureInfo.InvariantCulture, $"at {Now.TotalSeconds:0.000} s: {broken}");
            device.Trace?.Say("violation", broken);
        }
    }

    /// <summary>What can be told only when all is over.</summary>
    public void End()
    {
        if (device.Mine.Lives)
        {
            Count(device.Mine.MissingShares());
        }
    }

    private void Obstruct()
    {
        var now = Troubles.RailShorted || Troubles.RailDeaf || Troubles.RailSwapped || Troubles.BusHangs;
        obstructedUntil = Troubles.Unplugged ? Now + OpenedWithin
            : now ? Now + AgainWithin
            : Troubles.BusNoise > 0 ? Now + NoisyAgainWithin
            : obstructedUntil;
    }

    private void Forget()
    {
        Array.Clear(tooHot);
        Array.Clear(still);
        safeOffAndOn = heldMissing = hardWork = default;
    }

    private void LookAtHeat()
    {
        for (var i = 0; i < sources.Length; i++)
        {
            var (part, sensors) = sources[i];
            var limit = LimitSeen(sensors) + ReadingSlack;
            var degrees = device.Board.Metal[part];
            var isHeated = device.Board.IsPowered && degrees > limit;
            if (tooHot[i].For(isHeated, Now) > ReactionMax + Delay(sensors))
            {
                Count(IsCutInVain
                    ? null
                    : $"{part} at {degrees:0.0} °C for longer than guard may need: {About()}");
            }
        }
    }

    /// <summary>
    /// The temperature at which guard has to act, by what the best of a source's sensors tells it: a lie is no mistake
    /// of whoever hears it, as far as no other sensor contradicts.
    /// </summary>
    private double LimitSeen(int[] sensors)
    {
        var limit = double.PositiveInfinity;
        foreach (var sensor in sensors)
        {
            var beside = IsStuckUnseen(sensor)
                ? double.PositiveInfinity
                : Math.Max(0, -Troubles.SensorLie[sensor]) + Troubles.SensorNoise[sensor];
            limit = Math.Min(limit, device.Config.Sensors[sensor].Off.Degrees + beside);
        }

        return limit;
    }

    /// <summary>Not still for so long yet, with guard there and hard work done, that it has to be found out.</summary>
    private bool IsStuckUnseen(int sensor)
    {
        double? says = Troubles.SensorStuckAt[sensor] is { } stuck ? stuck.Degrees + Troubles.SensorLie[sensor] : null;
        var isStill = says is not null && says == still[sensor].Says && device.Board.WorksHard && device.Guard.Acts
            && Troubles.SensorNoise[sensor] <= 0 && Troubles.BusNoise <= 0;
        still[sensor].Says = says;
        return still[sensor].For.For(isStill, Now) < StuckMax + Troubles.Starved && says is not null;
    }

    /// <summary>What is added to the reaction by whoever is not there, or cannot see.</summary>
    private TimeSpan Delay(int[] sensors)
    {
        var delay = Troubles.Starved + Troubles.Starved;
        delay += Array.Exists(sensors, IsSilent) || Troubles.BusHangs ? SilenceMax : TimeSpan.Zero;
        delay += device.Guard.ActsSince is { } since && Now - since > GuardDeadMax ? TimeSpan.Zero : GuardDeadMax;
        delay += IsObstructed ? NoisyAgainWithin : TimeSpan.Zero;
        return delay;
    }

    /// <summary>What another part says falls and rises as no metal can, and so counts as silence at last.</summary>
    private bool IsSilent(int sensor) => Troubles.SensorSilent[sensor] || Troubles.SensorSwapped[sensor];

    /// <summary>The power cannot be cut, what is left was done, and guard, if it is there, says so.</summary>
    private bool IsCutInVain => IsObstructed && device.Board.Held
        && (device.Guard.State == GuardState.SafeOff || !device.Guard.Acts);

    private void LookAtSafeOff()
    {
        var isSafeOff = device.Guard.SafeOffSince is { } since && Now - since > AgainWithin;
        var isOn = safeOffAndOn.For(isSafeOff && device.Board.IsDriven && !IsObstructed, Now);
        if (isOn > AgainWithin)
        {
            Count($"the rail is on in SafeOff: {About()}");
        }

        if (heldMissing.For(isSafeOff && device.Board.IsPowered && !device.Board.Held, Now) > AgainWithin)
        {
            Count($"the power cannot be cut, and the chips are not held in reset: {About()}");
        }
    }

    private void LookAtLeases()
    {
        if (!device.Board.IsDriven || IsObstructed)
        {
            return;
        }

        var slack = Troubles.Starved;
        var guardGone = device.Guard.GoneSince is { } gone ? Now - gone : TimeSpan.Zero;
        var isAskedAgain = device.Supervisor.HasGivenUp && Now < obstructedUntil + GivenUpMax + slack + slack;
        if (guardGone > GuardDeadMax + slack && !isAskedAgain)
        {
            Count($"guard is gone for {guardGone.TotalSeconds:0.00} s, and the rail is on");
        }

        var unwanted = Now - device.Mine.WantHeardAt;
        var hasActed = device.Guard.ActsSince is { } since && Now - since > MineDeadMax;
        if (hasActed && unwanted > MineDeadMax + slack && Now > GuardDeadMax)
        {
            Count($"nobody has wanted power for {unwanted.TotalSeconds:0.00} s, and the rail is on: {About()}");
        }
    }

    private void LookAtWork()
    {
        // The first moment of hard work counts as a result: what was before it says nothing.
        var works = hardWork.For(device.Board.WorksHard, Now);
        var silent = Now - device.Mine.LastResultAt;
        var without = works < silent ? works : silent;
        if (without > WithoutResultsMax)
        {
            Count($"full power, and no result for {without.TotalSeconds:0} s; mine: {device.Mine.Reason}");
        }
    }

    private string? TooFast()
    {
        var most = device.Config.Chains[0].MegahertzMax.Value;
        var highest = device.Board.Chips.HighestMegahertz;
        return highest > most + 0.1 ? $"the chips were told {highest:0.0} MHz, and {most:0.0} is most" : null;
    }

    private string About() =>
        $"guard is {device.Guard.State?.ToString() ?? "not there"} ({device.Guard.Reason}), "
        + $"reset {(device.Board.Held ? "low" : "high")}, {new Volts(device.Board.Output)}";

    /// <summary>Since when something holds.</summary>
    private struct Since
    {
        private TimeSpan? begun;

        public TimeSpan For(bool holds, TimeSpan now)
        {
            begun = holds ? begun ?? now : null;
            return begun is { } start ? now - start : TimeSpan.Zero;
        }
    }
}
