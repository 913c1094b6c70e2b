using Drivers.Hashing;
using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>The merkle roots of one job that became active: the coinbase with one extranonce after the other.</summary>
/// <param name="tip">The number of the tip that the job is on.</param>
internal sealed class CoinbaseRoots(Coinbase coinbase, ExtranonceCounter counter, int size, long tip) : IRootRoller
{
    private volatile Coinbase? coinbase = coinbase;

    /// <summary>
    /// Another job is hashed now. Work and shares of this one may be remembered for long, and a coinbase may be large.
    /// Any thread.
    /// </summary>
    public void LetGo() => coinbase = null;

    public bool TryNext(uint ntime, out Extranonce extranonce, out UInt256 merkleRoot)
    {
        Span<byte> bytes = stackalloc byte[Extranonce.SizeMax];
        bytes = bytes[..size];
        extranonce = default;
        merkleRoot = default;
        if (coinbase is not { } transaction || !counter.TryNext(tip, ntime, bytes))
        {
            return false;
        }

        extranonce = new Extranonce(bytes);
        merkleRoot = transaction.MerkleRoot(bytes);
        return true;
    }
}
