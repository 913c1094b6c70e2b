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
    /// <summary>What a pool may be told, in hashes per second; no number while the chips do not hash.</summary>
    public double KnownHashRate =>
        Phase == BoardPhase.Up && Status.State == ChainState.Running ? HashRate : double.NaN;
}
