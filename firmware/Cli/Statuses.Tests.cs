using Firmware.Link;

namespace Firmware.Cli;

/// <summary>What guard and mine say in the tests of this folder.</summary>
internal static class Statuses
{
    public static readonly BoardMineStatus Chain = new(
        "gamma", "running", Fault: null, Chips: 1, Megahertz: 525, HashRate: 252_123, ExpectedHashRate: 255_350,
        Results: 40, Shares: 14, HardwareErrors: 3, Duplicates: 0, Stale: 1, JobsSent: 2, CrcErrors: 0,
        SkippedBytes: 0);

    public static readonly PoolStatus OnePool = new(
        "pool.example:3333", "mining", LastError: null, Difficulty: 1, LastRejection: null, TimeUnverified: false,
        Source: "command line", Alarms: [], Health: 1, RedirectedTo: null);

    public static readonly MineStatus MineSays = new(
        UptimeSeconds: 20, SecondsSinceFirstJob: 10, "mining", "", Accepted: 14, Rejected: 2, Stale: 1, Unconfirmed: 4,
        Pending: 5, HardwareErrors: 3, Duplicates: 0, HashRate: 252_123, [OnePool], [Chain]);

    public static readonly BoardGuardStatus Board = new(
        "gamma", "Bitaxe Gamma 601", "running", "cooling: chip 57.9 °C", Fault: null, DeadMan: "none",
        [new SensorStatus("chip", 57.94, Fault: null, Target: 60, Off: 75)],
        [new FanStatus("fan", 41.4, 3020.4, Fault: null)],
        new RailStatus(1.15, 1.15, 16, 18.66, 5, 40, Fault: null));

    public static readonly GuardStatus GuardSays = new(UptimeSeconds: 20, [Board]);
}
