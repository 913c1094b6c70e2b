using Drivers.Buses;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>What a driver shows of itself to other threads, four times a second.</summary>
/// <param name="Fault">Why the chips failed last, or null.</param>
/// <param name="HashRate">From results of the last minute, in hashes per second.</param>
/// <param name="ResultsPerSecond">Of the last ten seconds.</param>
public sealed record ChainReport(
    TimeSpan At,
    BoardPhase Phase,
    string Reason,
    string? Fault,
    ChainStatus Status,
    double HashRate,
    double ResultsPerSecond,
    BoardOrders Orders)
{
    /// <summary>Of each chip.</summary>
    public HealthReport Health { get; init; } = HealthReport.None;

    public LadderCounts Ladder { get; init; }

    /// <summary>What was last done about chips that find nothing or compute wrong, in one sentence, or null.</summary>
    public string? Remedy { get; init; }

    /// <summary>How long chips that could hash had nothing to hash, since start.</summary>
    public TimeSpan Starved { get; init; }

    /// <summary>Since the port was opened.</summary>
    public PortErrors PortErrors { get; init; }

    /// <summary>What a pool may be told, in hashes per second; no number while the chips do not hash.</summary>
    public double KnownHashRate =>
        Phase == BoardPhase.Up && Status.State == ChainState.Running ? HashRate : double.NaN;
}
