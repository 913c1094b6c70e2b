using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// Where a job of an extended channel gets its merkle roots: one for each extranonce. The jobs of a channel count on
/// from one another, so that no header is made twice. Not safe across threads: the chain that has the job locks.
/// </summary>
public interface IRootRoller
{
    /// <summary>
    /// A root that was never handed out with this ntime. False where there is none left: a later ntime brings more.
    /// Allocates nothing.
    /// </summary>
    bool TryNext(uint ntime, out Extranonce extranonce, out UInt256 merkleRoot);
}
