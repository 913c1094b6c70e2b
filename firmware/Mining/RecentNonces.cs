namespace Firmware.Mining;

/// <summary>The last claims that were true, to tell a second report of one from a new one.</summary>
public sealed class RecentNonces
{
    /// <summary>
    /// Chips repeat within tens of milliseconds (hashing-chips reference §13); this is seconds of a chain.
    /// </summary>
    public const int Kept = 256;

    private readonly ulong[] claims = new ulong[Kept];
    private readonly long[] assignments = new long[Kept];
    private int next;

    /// <param name="assignment">Number of the assignment the claim belongs to; never 0.</param>
    /// <returns>False where the same claim is among the last <see cref="Kept"/>.</returns>
    public bool TryAdd(long assignment, uint nonce, uint version)
    {
        var claim = (ulong)version << 32 | nonce;
        if (Contains(assignment, claim))
        {
            return false;
        }

        claims[next] = claim;
        assignments[next] = assignment;
        next = (next + 1) % Kept;
        return true;
    }

    private bool Contains(long assignment, ulong claim)
    {
        var start = 0;
        while (start < Kept)
        {
            var found = claims.AsSpan(start).IndexOf(claim);
            if (found < 0)
            {
                return false;
            }

            if (assignments[start + found] == assignment)
            {
                return true;
            }

            start += found + 1;
        }

        return false;
    }
}
