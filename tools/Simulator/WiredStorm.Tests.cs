using Firmware.Boards;
using Firmware.Guard;

namespace Simulator;

/// <summary>
/// Episodes like those of tools/storm, down to the registers: real drivers and chains on simulated wires, one to three
/// faults that no seam in between softens, and the promises about heat and power.
/// </summary>
public sealed class WiredStormTests
{
    private const int Episodes = 6;
    private const double Seconds = 60;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "board-configs");

    /// <summary>What can be wrong with wires and parts.</summary>
    private static readonly (string Name, Action<WiredMiner, Random, bool> Set)[] Kinds =
    [
        ("bus hangs", (miner, _, on) => miner.Wired.Faults.I2cDead = on),
        ("sensor silent", (miner, _, on) => miner.Wired.Faults.SensorSilent = on),
        ("sensor stuck", (miner, _, on) => miner.Wired.Faults.SensorStuck = on),
        ("diode open", (miner, _, on) => miner.Wired.Faults.SensorOpen = on),
        ("diode shorted", (miner, _, on) => miner.Wired.Faults.SensorShort = on),
        ("part swapped", SwapPart),
        ("fan stalled", (miner, _, on) => miner.Wired.Faults.FanStalled = on),
        ("rail tripped", (miner, _, on) => miner.Wired.Faults.RailTripped = on),
        ("rail stuck on", (miner, _, on) => miner.Wired.Faults.RailStuckOn = on),
        ("hot room", (miner, random, on) => miner.Wired.Faults.AmbientDegrees = on ? 40 + random.Next(60) : 25),
        ("chips silent", (miner, _, on) => miner.Wired.Faults.ChipSilent = on),
        ("chips wedged", (miner, _, on) => miner.Wired.Faults.ChipWedged = on),
        ("noise from the chips", (miner, random, on) =>
            miner.Wired.Faults.FromChips.FlipRate = on ? random.NextDouble() / 50 : 0),
        ("noise to the chips", (miner, random, on) =>
            miner.Wired.Faults.ToChips.DropRate = on ? random.NextDouble() / 50 : 0),
        ("mine hangs", (miner, _, on) => miner.MineAlive = !on),
        ("no pool", (miner, _, on) => miner.HasWork = !on),
    ];

    [Fact]
    public void EpisodesOfRegistersAndWiresKeepEveryPromise()
    {
        var seed = Random.Shared.Next();
        for (var i = 0; i < Episodes; i++)
        {
            Play(unchecked(seed + i));
        }
    }

    private static void SwapPart(WiredMiner miner, Random random, bool on)
    {
        miner.Wired.Faults.StrangerSays = (byte)random.Next(256);
        var parts = miner.Identities;
        miner.Wired.Faults.StrangerAt = on && parts.Count > 0 ? parts[random.Next(parts.Count)].Address : null;
    }

    private static void Play(int seed)
    {
        var random = new Random(seed);
        var files = Directory.GetFiles(Folder, "*.toml").Where(file => Path.GetFileName(file) != "cpu.toml")
            .Order(StringComparer.Ordinal).ToArray();
        var file = Path.GetFileName(files[random.Next(files.Length)]);
        using var miner = WiredBoardTests.New(file, new() { ThermalSpeed = 5 });
        var watch = new WiredWatch(miner, BoardConfig.Load([Path.Combine(Folder, file)]).Single());
        var told = $"seed {seed}, {file}:";
        List<(TimeSpan At, Action Act)> plan = [];
        for (var faults = 1 + random.Next(3); faults > 0; faults--)
        {
            var (name, set) = Kinds[random.Next(Kinds.Length)];
            var (begins, lasts) = (random.NextDouble() * Seconds * 0.7, random.NextDouble() * Seconds);
            told += $" {name} from {begins:0.0} to {begins + lasts:0.0} s,";
            plan.Add((miner.Now + TimeSpan.FromSeconds(begins), () => set(miner, random, true)));
            plan.Add((miner.Now + TimeSpan.FromSeconds(begins + lasts), () => set(miner, random, false)));
        }

        plan.Sort((one, other) => one.At.CompareTo(other.At));
        _ = miner.RunUntil(() => watch.Look(plan), Seconds);
        Assert.True(watch.Violation is null, $"{told} {watch.Violation}: {miner.State}");
    }
}

/// <summary>The promises about heat and power, as somebody with a meter at the board sees them.</summary>
internal sealed class WiredWatch(WiredMiner miner, BoardConfig config)
{
    /// <summary>
    /// The reaction to heat where nobody is silent 1.65 s, silence 5 s, and what the second of two sensors needs that
    /// first has to be found out; all of it in metal that heats five times as fast.
    /// </summary>
    private static readonly TimeSpan HotMax = TimeSpan.FromSeconds(1.65 + 5 + 1);

    private static readonly TimeSpan AgainWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MineDeadMax = TimeSpan.FromSeconds(2);

    private readonly double offDegrees = config.Sensors.Where(one => one.HeatSource.StartsWith("chip"))
        .Select(one => one.Off.Degrees).DefaultIfEmpty(105).Max();

    private TimeSpan obstructedUntil;
    private TimeSpan? hotSince;
    private TimeSpan? onSince;
    private TimeSpan? looseSince;
    private TimeSpan? unwantedSince;

    public string? Violation { get; private set; }

    private bool IsSafeOff => miner.Guard.State == GuardState.SafeOff;

    /// <summary>What is due of the plan is done, and then the board is looked at.</summary>
    public bool Look(List<(TimeSpan At, Action Act)> plan)
    {
        while (plan.Count > 0 && plan[0].At <= miner.Now)
        {
            plan[0].Act();
            plan.RemoveAt(0);
        }

        var faults = miner.Wired.Faults;
        var cannotBeCut = faults.I2cDead || faults.RailStuckOn || faults.StrangerAt == config.Rail?.Address;
        obstructedUntil = cannotBeCut ? miner.Now + AgainWithin : obstructedUntil;
        var isLoose = miner.Wired.RailOn && miner.Now >= obstructedUntil;
        var believed = faults.SensorStuck || faults.StrangerAt is not null;

        Hold(ref hotSince, isLoose && !believed && miner.Wired.ChipDegrees > offDegrees + 1, HotMax, "hot with power");
        Hold(ref onSince, isLoose && IsSafeOff, AgainWithin, "the rail is on in SafeOff");
        Hold(ref looseSince, IsSafeOff && !miner.Wired.ResetLow, AgainWithin, "the chips are not held in SafeOff");
        Hold(ref unwantedSince, isLoose && !miner.MineAlive, MineDeadMax, "nobody wants power, and the rail is on");
        Violation ??= miner.Wired.RegulatorStoreCommands > 0 ? "the regulator's own memory was written"
            : config.Rail is { } rail && miner.Wired.RailVolts > rail.VoltsMax.Value * 1.1 ? "more volts than allowed"
            : miner.Refused is { } refused ? $"the pool refused a share: {refused}"
            : null;
        return Violation is not null;
    }

    private void Hold(ref TimeSpan? since, bool broken, TimeSpan most, string what)
    {
        since = broken ? since ?? miner.Now : null;
        Violation ??= miner.Now - since > most ? what : null;
    }
}
