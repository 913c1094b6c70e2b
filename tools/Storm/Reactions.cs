using Firmware.Boards;
using Firmware.Guard;

namespace Storm;

/// <summary>How long guard takes from the sample that confirms heat to the command that cuts the power.</summary>
internal static class Reactions
{
    private static readonly TimeSpan MinesBy = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// One for each of <paramref name="count"/> boards of their own: in air so hot that no fan helps, half of them on a
    /// bus that loses transfers, and each a little off another's ticks.
    /// </summary>
    public static TimeSpan[] Measure(BoardConfig config, int count, int seed)
    {
        var reactions = new TimeSpan[count];
        for (var i = 0; i < count; i++)
        {
            reactions[i] = One(config, new Dice((ulong)(uint)unchecked(seed + i)));
        }

        return reactions;
    }

    private static TimeSpan One(BoardConfig config, Dice dice)
    {
        var watts = StormBoard.WattsBuiltFor(config) * dice.Between(0.85, 1.15);
        var device = new Device(config, new(watts), dice.Split(), traced: false);
        device.RunTo(MinesBy + dice.Seconds(0, 1));
        device.Board.Troubles.BusNoise = dice.Chance(0.5) ? dice.Between(0, 0.1) : 0;
        device.Board.Metal.AddedDegrees = dice.Between(70, 120);
        for (var end = device.Clock.Now + Patience; device.Board.SwitchedOffAt is null || !IsSafeOff(device);)
        {
            if (device.Clock.Now >= end || device.Watch.Violation is not null)
            {
                throw new InvalidOperationException(device.Watch.Violation ?? $"still on: {device.Guard.Reason}");
            }

            device.RunTo(device.Clock.Now + GuardLoop.Period);
        }

        // A lost reading may have ended it a moment earlier: then guard saw no heat, and another one counts.
        return device.Board.ConfirmedAt is { } confirmed
            ? device.Board.SwitchedOffAt.Value - confirmed
            : One(config, dice);
    }

    private static bool IsSafeOff(Device device) => device.Guard.State == GuardState.SafeOff;
}
