using System.Buffers.Binary;
using System.Numerics;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>
/// The hash units of one chip, sweeping their nonces as the silicon does: every core counts up from the same start,
/// its small cores hash that nonce for several headers at once. A chip that rolls versions starts again with the next
/// ones after its hash counting time; one that takes midstates goes through its whole counter once, and is silent.
/// </summary>
/// <remarks>
/// Of the sweep one nonce in 2^(32 − zero bits) is hashed, always the same ones of the same job, so that what is swept
/// twice is found twice. Where the sweep stands at any moment is a formula; only the hashed nonces cost time.
/// </remarks>
internal sealed class HashEngine(Silicon silicon, int zeroBits)
{
    private const double CountingTickSeconds = 80e-9;
    private const double OverrunSeconds = 100 * 40e-9; // 57 results of a log fit 70 to 130 ticks of 25 MHz.
    private const int BatchesLookedThrough = 256;
    private const int LanesMax = 16;

    private readonly uint[] nonces = new uint[LanesMax];
    private readonly UInt256[] hashes = new UInt256[LanesMax];
    private readonly NonceSample sample = new(silicon.Nonce, zeroBits);
    private SiliconJob? job;
    private TimeSpan loadedAt;
    private uint start;
    private byte address;
    private Clocking clocking;

    // Since when the clocking has been as it is, and where the sweep stood then. Seconds count from the job's arrival.
    private double anchor;
    private long anchorBatch;
    private double anchorElapsed;
    private double anchorCounts;
    private double countsPerSecond;
    private double batchSeconds;

    // What to look at next.
    private long batch;
    private long count;
    private bool atSample;

    public bool Loaded => job is not null;

    /// <summary>How many midstates the job brought; 0 for a full header or no job.</summary>
    public int Midstates => job?.Midstates ?? 0;

    /// <summary>When something is to be hashed next; the farthest future where nothing is.</summary>
    public TimeSpan NextAt { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Takes each stretch that was swept, if anybody watches.</summary>
    public Action<Stretch>? Watch { get; set; }

    /// <summary>Takes a job and begins with its first versions at once.</summary>
    /// <param name="counterStart">Where the counters begin.</param>
    public void Load(SiliconJob taken, uint counterStart, byte chipAddress, in Clocking now, TimeSpan at)
    {
        Close(at);
        job = taken;
        loadedAt = at;
        start = counterStart & silicon.Nonce.CounterMask;
        address = chipAddress;
        (anchorBatch, anchorElapsed, anchorCounts) = (0, 0, 0);
        Begin(now, at);
    }

    public void Drop(TimeSpan at)
    {
        Close(at);
        job = null;
        NextAt = TimeSpan.MaxValue;
    }

    /// <summary>Goes on with other registers, from where the sweep stands.</summary>
    public void Change(in Clocking now, TimeSpan at)
    {
        if (now == clocking)
        {
            return;
        }

        if (job is not null)
        {
            Close(at);
            (anchorBatch, anchorElapsed, anchorCounts) = Position(Since(at));
        }

        Begin(now, at);
    }

    /// <summary>Sweeps until then without hashing what it comes by.</summary>
    public void Skip(TimeSpan at)
    {
        if (job is not null && NextAt < at)
        {
            Close(at);
            (anchorBatch, anchorElapsed, anchorCounts) = Position(Since(at));
            Begin(clocking, at);
        }
    }

    /// <summary>Tells the watcher what was swept since it was last told.</summary>
    public void Tell(TimeSpan at)
    {
        if (Watch is not null && job is not null)
        {
            Close(at);
            (anchorBatch, anchorElapsed, anchorCounts) = Position(Since(at));
            Begin(clocking, at);
        }
    }

    /// <summary>Hashes until then, and adds what it finds.</summary>
    public void Run(TimeSpan until, List<ChipResult> results)
    {
        while (NextAt <= until)
        {
            if (atSample)
            {
                HashCounter(results);
                count++;
            }

            FindNext();
        }
    }

    /// <summary>Whether silicon would report this hash.</summary>
    public static bool Passes(in UInt256 hash, int zeroBits, uint ticketMask)
    {
        if (hash.High >> (64 - zeroBits) != 0)
        {
            return false;
        }

        // The mask's low byte watches the byte that follows the fixed zeros, its bit 7 the first of them.
        var next = unchecked((uint)((hash.High << zeroBits) >> 32));
        return (BinaryPrimitives.ReverseEndianness(next) & ticketMask) == 0;
    }

    private bool Repeats => silicon.Jobs == JobFormat.FullHeader;

    private double Since(TimeSpan at) => (at - loadedAt).TotalSeconds;

    private static long Batches(Silicon silicon, int versions) => Math.Max(1, versions / silicon.SmallCores);

    private void Begin(in Clocking now, TimeSpan at)
    {
        clocking = now;
        anchor = job is null ? 0 : Since(at);
        NextAt = TimeSpan.MaxValue;
        if (job is null || !clocking.Hashes)
        {
            countsPerSecond = 0;
            return;
        }

        var lanes = job.Midstates == 0 ? silicon.SmallCores : job.Midstates;
        countsPerSecond = clocking.Megahertz * 1e6 * silicon.CountsPerClock * silicon.SmallCores / lanes;
        batchSeconds = Repeats
            ? clocking.CountingNumber * CountingTickSeconds + OverrunSeconds
            : anchorElapsed + (silicon.Nonce.CounterMask + 1 - anchorCounts) / countsPerSecond;
        if (Repeats && anchorElapsed >= batchSeconds)
        {
            (anchorBatch, anchorElapsed, anchorCounts) = (anchorBatch + 1, 0, 0); // The time was cut, and is over.
        }

        (batch, count) = (anchorBatch, (long)anchorCounts);
        FindNext();
    }

    /// <summary>Which batch the sweep is at, for how long, and how far its counters have come.</summary>
    private (long Batch, double Elapsed, double Counts) Position(double at)
    {
        if (countsPerSecond == 0)
        {
            return (anchorBatch, anchorElapsed, anchorCounts); // Halted, it keeps its place.
        }

        var elapsed = anchorElapsed + at - anchor;
        if (elapsed < batchSeconds || !Repeats)
        {
            var counts = anchorCounts + (at - anchor) * countsPerSecond;
            return (anchorBatch, elapsed, Math.Min(counts, Repeats ? counts : silicon.Nonce.CounterMask + 1.0));
        }

        var later = Math.Floor(Math.Max(elapsed / batchSeconds, 1));
        var within = Math.Max(elapsed - later * batchSeconds, 0);
        return (anchorBatch + (long)later, within, within * countsPerSecond);
    }

    /// <summary>Where the counters of a batch end.</summary>
    private long CountsOf(long which)
    {
        var counts = which == anchorBatch
            ? anchorCounts + (batchSeconds - anchorElapsed) * countsPerSecond
            : batchSeconds * countsPerSecond;
        return (long)Math.Floor(counts + 1e-6);
    }

    /// <summary>When so many counts of a batch are done.</summary>
    private double TimeOf(long which, long done) => which == anchorBatch
        ? anchor + (done - anchorCounts) / countsPerSecond
        : anchor - anchorElapsed + (which - anchorBatch) * batchSeconds + done / countsPerSecond;

    private void FindNext()
    {
        var ready = job!;
        var batches = Batches(silicon, ready.Versions(clocking.VersionBits));
        for (var looked = 0; looked < BatchesLookedThrough; looked++)
        {
            var end = CountsOf(batch);
            var next = Math.Min(NextSampled(ready, batch % batches, end), NextKnown(ready, batch % batches, end));
            if (next < end)
            {
                count = next;
                Await(TimeOf(batch, count + 1), isSample: true);
                return;
            }

            if (!Repeats)
            {
                Await(double.PositiveInfinity, isSample: false);
                return;
            }

            batch++;
            count = 0;
        }

        Await(TimeOf(batch, 0), isSample: false);
    }

    private void Await(double at, bool isSample)
    {
        atSample = isSample;
        NextAt = double.IsPositiveInfinity(at)
            ? TimeSpan.MaxValue
            : loadedAt + TimeSpan.FromTicks((long)Math.Ceiling(at * TimeSpan.TicksPerSecond));
    }

    /// <summary>The next count that is sampled on an open core, or one past the end.</summary>
    private long NextSampled(SiliconJob ready, long version, long end)
    {
        var key = KeyOf(ready, version);
        for (var from = count; ;)
        {
            var next = sample.Next(key, start, from, end);
            if (next >= end || sample.CoresAt(key, start, next).Any(clocking.Cores))
            {
                return next;
            }

            from = next + 1;
        }
    }

    private static ulong KeyOf(SiliconJob ready, long version) => ready.Salt ^ (ulong)version << 40;

    private long NextKnown(SiliconJob ready, long version, long end)
    {
        var next = long.MaxValue;
        foreach (var known in ready.Known)
        {
            if (IsDue(known, ready, version, out var at) && at >= count && at < Math.Min(next, end))
            {
                next = at;
            }
        }

        return next;
    }

    /// <summary>Whether this batch holds the known answer on an open core, and at which count.</summary>
    private bool IsDue(KnownAnswer known, SiliconJob ready, long version, out long at)
    {
        at = 0;
        if (!silicon.Nonce.TryLocate(known.Nonce, address, out var core, out var counter) || !clocking.Cores.Has(core))
        {
            return false;
        }

        at = ((long)counter - start) & silicon.Nonce.CounterMask;
        return ready.Midstates > 0 || ready.BatchOf(known.RolledBits, clocking.VersionBits) == version;
    }

    private void HashCounter(List<ChipResult> results)
    {
        var ready = job!;
        var version = batch % Batches(silicon, ready.Versions(clocking.VersionBits));
        var lanes = ready.At(version, clocking.VersionBits);
        var counter = (uint)((start + count) & silicon.Nonce.CounterMask);
        var key = KeyOf(ready, version);
        if (sample.Next(key, start, count, count + 1) == count)
        {
            var cores = sample.CoresAt(key, start, count);
            for (var i = 0u; i < cores.Count; i++)
            {
                HashNonce(ready, lanes, cores[i], counter, zeroBits, results);
            }
        }

        foreach (var known in ready.Known)
        {
            if (IsDue(known, ready, version, out var at) && at == count)
            {
                _ = silicon.Nonce.TryLocate(known.Nonce, address, out var core, out _);
                HashNonce(ready, lanes, core, counter, Silicon.ZeroBits, results);
            }
        }
    }

    private void HashNonce(
        SiliconJob ready, RolledHeaders lanes, uint core, uint counter, int fixedZeros, List<ChipResult> results)
    {
        if (!clocking.Cores.Has(core))
        {
            return;
        }

        var nonce = silicon.Nonce.Place(core, counter, address);
        Span<byte> tail = stackalloc byte[Sha256d.TailBytes];
        ready.Tail.CopyTo(tail);
        var units = core == silicon.Cores - 1 && Repeats ? Math.Min(silicon.Runt, lanes.Count) : lanes.Count;
        nonces.AsSpan().Fill(BinaryPrimitives.ReverseEndianness(nonce));
        Sha256d.FinishHeaders(lanes.Midstates.AsSpan(0, units), tail, nonces.AsSpan(0, units), hashes.AsSpan(0, units));
        for (var lane = 0; lane < units; lane++)
        {
            var hash = hashes[lane];
            if (Passes(hash, fixedZeros, clocking.TicketMask))
            {
                results.Add(new ChipResult(
                    NextAt,
                    ready.Id,
                    nonce,
                    lanes.Rolled[lane],
                    (byte)lane,
                    Math.Max(ZeroBits(hash) - fixedZeros - clocking.TicketBits, 0)));
            }
        }
    }

    private static int ZeroBits(in UInt256 hash) => hash.High != 0
        ? BitOperations.LeadingZeroCount(hash.High)
        : 64 + BitOperations.LeadingZeroCount(hash.MidHigh);

    /// <summary>The stretch since the anchor is over.</summary>
    private void Close(TimeSpan at)
    {
        if (Watch is null || job is null || countsPerSecond == 0)
        {
            return;
        }

        var (lastBatch, _, lastCounts) = Position(Since(at));
        Watch(new Stretch(
            job,
            silicon,
            clocking.VersionBits,
            start,
            address,
            clocking.Cores,
            anchorBatch,
            (long)anchorCounts,
            lastBatch,
            Math.Min((long)lastCounts, CountsOf(lastBatch)),
            CountsOf(anchorBatch),
            CountsOf(anchorBatch + 1)));
    }
}
