using Drivers.Hashing;
using Firmware.Mining;

namespace TestPool;

/// <summary>
/// One chain of simulated chips: hashes the work of the product's own table at a steady rate, and what it finds takes
/// up to a quarter of a second to the product's own judge.
/// </summary>
internal sealed class ModelChips(double hashRate, ulong seed, ShareTotals totals)
{
    private const int Slots = 16;
    private const int LatencyMax = 250;

    /// <summary>One hash in eight is reported: all shares, and many that are none.</summary>
    private static readonly UInt256 Filter = UInt256.Max with { High = ulong.MaxValue >> 3 };

    private readonly WorkTable table = new(Slots, () => TimeSpan.FromSeconds(0.3));
    private readonly Judge judge = new(Filter);
    private readonly Lots lots = new(seed);
    private readonly PriorityQueue<FoundNonce, TimeSpan> found = new();
    private (int Slot, Work Work)? current;
    private uint nonce;
    private double owed;

    /// <summary>How many claims came to each verdict.</summary>
    public Dictionary<Verdict, int> Verdicts { get; } = [];

    /// <summary>As the product gives jobs to a chain.</summary>
    public void Give(Job? start, bool stopOldWork)
    {
        if (stopOldWork)
        {
            table.Retire();
        }

        if (start is not null)
        {
            table.Take(start);
        }
    }

    public void Step(TimeSpan now, TimeSpan elapsed)
    {
        if (table.TryNext(now, out var slot, out var work))
        {
            current = (slot, work);
            nonce = 0; // As real chips do: the same work twice would find the same nonces twice.
        }

        for (owed += hashRate * elapsed.TotalSeconds; owed >= 1; owed--)
        {
            Hash(now);
        }

        while (found.TryPeek(out var claim, out var at) && at <= now)
        {
            _ = found.Dequeue();
            Weigh(claim, now);
        }
    }

    private void Hash(TimeSpan now)
    {
        if (current is not var (slot, work))
        {
            return;
        }

        var bits = unchecked((nonce << 13) | (nonce << 5)) & work.VersionMask;
        var header = work.Header with
        {
            Nonce = unchecked(nonce++),
            Version = (work.Header.Version & ~work.VersionMask) | bits,
        };
        if (Sha256d.Hash(header) <= Filter)
        {
            var at = now + TimeSpan.FromMilliseconds(lots.Below(LatencyMax));
            found.Enqueue(new FoundNonce(slot, header.Nonce, bits, Chip: 0, Core: 0), at);
        }
    }

    private void Weigh(in FoundNonce claim, TimeSpan now)
    {
        var (newest, before) = table.At(claim.Slot);
        var judgement = judge.Weigh(claim, newest, before);
        Verdicts[judgement.Verdict] = Verdicts.GetValueOrDefault(judgement.Verdict) + 1;
        if (judgement.IsToBeSent && !judgement.Sink!.TrySubmit(judgement.Share, now))
        {
            totals.CountUnconfirmed(1);
        }
    }
}
