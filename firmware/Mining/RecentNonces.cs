namespace Firmware.Mining;

/// <summary>The last claims that were true, to tell a second report of one from a new one.</summary>
public sealed class RecentNonces
{
    /// <summary>
    /// Chips repeat within tens of milliseconds (hashing-chips reference §13); this is seconds of a chain.
    /// </summary>
    public const int Kept = 256;

    private const int BucketBits = 8;

    // A ring of claims. Each knows the one before it in its bucket, so that a look goes through a few and not all.
    private readonly (ulong Claim, long Assignment, long Before)[] ring = new (ulong, long, long)[Kept];
    private readonly long[] newest = new long[1 << BucketBits];
    private long count;

    /// <param name="assignment">Number of the assignment the claim belongs to; never 0.</param>
    /// <returns>False where the same claim is among the last <see cref="Kept"/>.</returns>
    public bool TryAdd(long assignment, uint nonce, uint version)
    {
        var claim = (ulong)version << 32 | nonce;
        ref var bucket = ref newest[BucketOf(nonce)];
        var forgotten = Math.Max(0, count - Kept);
        for (var number = bucket; number > forgotten;)
        {
            ref readonly var known = ref ring[number % Kept];
            if (known.Claim == claim && known.Assignment == assignment)
            {
                return false;
            }

            number = known.Before;
        }

        count++;
        ring[count % Kept] = (claim, assignment, bucket);
        bucket = count;
        return true;
    }

    /// <summary>By the golden ratio: a core leaves its mark in some bits of its nonces, and this mixes them.</summary>
    private static uint BucketOf(uint nonce) => unchecked(nonce * 0x9E37_79B9) >> (32 - BucketBits);
}
