using Firmware.Boards;

namespace Storm;

/// <summary>What became of an episode.</summary>
/// <param name="Violation">The promise that was broken, or null.</param>
/// <param name="Said">What guard said last, in its own words.</param>
internal sealed record Outcome(
    int Seed,
    string Board,
    Fault[] Faults,
    string? Violation,
    double HottestDegrees,
    string? Said,
    IReadOnlyList<string> Trace);

/// <summary>Ten minutes in the life of a miner, all from one number.</summary>
internal static class Episode
{
    private const int FaultsMax = 3;

    /// <summary>The board starts cold; by then it mines.</summary>
    private const double FirstFaultSeconds = 15;

    /// <summary>What comes last is to have time to show.</summary>
    private const double LastFaultShare = 0.85;

    private const double ForGoodShare = 0.4;
    private const double LongestSeconds = 200;

    public static Outcome Play(
        int seed,
        IReadOnlyList<BoardConfig> boards,
        TimeSpan time,
        bool traced = false,
        Sabotage sabotage = Sabotage.None)
    {
        var dice = new Dice((ulong)(uint)seed);
        var config = boards[dice.Below(boards.Count)];
        var device = new Device(config, Circumstances(config, dice), dice.Split(), traced);
        device.Board.Troubles.Sabotage = sabotage;
        var faults = Faults(dice, time);
        Array.ForEach(faults, device.Plan);
        device.RunTo(time);
        device.Watch.End();
        return new(
            seed,
            config.Key,
            faults,
            device.Watch.Violation,
            device.Board.Metal.Hottest,
            device.Guard.Fault,
            device.Trace?.Lines ?? []);
    }

    private static Circumstances Circumstances(BoardConfig config, Dice dice) => new(
        Watts: StormBoard.WattsBuiltFor(config) * dice.Between(0.85, 1.15),
        Dust: dice.Between(0, 0.3),
        DustPerHour: dice.Between(0, 1),
        AmbientDegrees: dice.Between(10, 32),
        SwingDegrees: dice.Between(0, 8),
        SwingSeconds: dice.Between(200, 1200));

    private static Fault[] Faults(Dice dice, TimeSpan time)
    {
        var faults = new Fault[1 + dice.Below(FaultsMax)];
        for (var i = 0; i < faults.Length; i++)
        {
            var kind = FaultKinds.All[dice.Below(FaultKinds.All.Length)];
            var begins = dice.Seconds(FirstFaultSeconds, LastFaultShare * time.TotalSeconds);
            var size = dice.Between(kind.Size.Least, kind.Size.Most);
            faults[i] = new(kind, begins, Ends(kind, begins, dice), dice.Below(int.MaxValue), size);
        }

        return faults;
    }

    private static TimeSpan Ends(FaultKind kind, TimeSpan begins, Dice dice) =>
        double.IsPositiveInfinity(kind.Seconds.Most) && dice.Chance(ForGoodShare)
            ? TimeSpan.MaxValue
            : begins + dice.Seconds(kind.Seconds.Least, Math.Min(kind.Seconds.Most, LongestSeconds));
}
