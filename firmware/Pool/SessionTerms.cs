using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>What one session is opened with.</summary>
/// <param name="Pool">As dialled: host and port go into SetupConnection, the keys into the handshake.</param>
/// <param name="User">The pool's account, or account and worker.</param>
/// <param name="Hardware">The board's model.</param>
/// <param name="Firmware">Name and version of this program.</param>
/// <param name="HashRates">
/// Nominal hashes per second of each chain. Every chain gets a channel of its own: two chains on one channel would
/// search the same headers.
/// </param>
public sealed record SessionTerms(
    PoolAddress Pool,
    string User,
    string Hardware,
    string Firmware,
    IReadOnlyList<double> HashRates);
