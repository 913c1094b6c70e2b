using System.Numerics;

namespace Simulator.Chips;

/// <summary>What one chip swept of one job without a break, as its engine says it.</summary>
/// <param name="Start">The counter at count 0.</param>
/// <param name="FirstCount">In the first batch; the ends are exclusive.</param>
/// <param name="FirstBatchCounts">Where the first batch ended, if there is a later one.</param>
/// <param name="BatchCounts">How many counts every other whole batch has.</param>
internal readonly record struct Stretch(
    SiliconJob Job,
    Silicon Silicon,
    int VersionBits,
    uint Start,
    byte Address,
    CoreSet Cores,
    long FirstBatch,
    long FirstCount,
    long LastBatch,
    long LastCount,
    long FirstBatchCounts,
    long BatchCounts);

/// <summary>What makes two jobs the same work, apart from nonce and rolled version bits.</summary>
internal readonly record struct WorkKey(ulong One, ulong Other);

/// <summary>
/// Watches what the chips of a chain hash: each header with each nonce, by formula and not by sample. Ask it after
/// <see cref="ChipBench.Searched"/> has brought it up to date. Several chains may share one.
/// </summary>
public sealed class SearchSpace
{
    private readonly Dictionary<WorkKey, Area> first = [];
    private readonly Dictionary<WorkKey, List<Area>> others = [];

    /// <summary>All hashes so far, as silicon counts them.</summary>
    public double Hashes { get; private set; }

    /// <summary>How many of them had been hashed before.</summary>
    public double RepeatedHashes { get; private set; }

    /// <summary>Null, or one sentence about the first thing that was hashed twice.</summary>
    public string? FirstRepeat { get; private set; }

    internal void Add(int chip, in Stretch stretch)
    {
        if (stretch.Job.Midstates > 0)
        {
            for (var lane = 0; lane < stretch.Job.Midstates; lane++)
            {
                Sweep(stretch, lane, chip, 0, 1, stretch.FirstCount, stretch.LastCount);
            }

            return;
        }

        var (began, ended) = (stretch.FirstBatch, stretch.LastBatch);
        if (began == ended)
        {
            AddBatches(chip, stretch, began, began + 1, stretch.FirstCount, stretch.LastCount);
            return;
        }

        AddBatches(chip, stretch, began, began + 1, stretch.FirstCount, stretch.FirstBatchCounts);
        AddBatches(chip, stretch, began + 1, ended, 0, stretch.BatchCounts);
        AddBatches(chip, stretch, ended, ended + 1, 0, stretch.LastCount);
    }

    /// <summary>After its last batch a chip starts with the first again.</summary>
    private void AddBatches(int chip, in Stretch stretch, long from, long to, long low, long high)
    {
        var batches = Math.Max(1, stretch.Job.Versions(stretch.VersionBits) / stretch.Silicon.SmallCores);
        while (from < to)
        {
            var began = from % batches;
            var length = Math.Min(to - from, batches - began);
            Sweep(stretch, 0, chip, began, began + length, low, high);
            from += length;
        }
    }

    private void Sweep(in Stretch stretch, int lane, int chip, long fromBatch, long toBatch, long low, long high)
    {
        var size = stretch.Silicon.Nonce.CounterMask + 1L;
        for (var at = stretch.Start + low; at < stretch.Start + high;)
        {
            var within = at % size;
            var length = Math.Min(stretch.Start + high - at, size - within);
            Add(stretch.Job.KeyOf(lane), new Area(
                chip,
                stretch.Silicon.Nonce.HoldsAddress ? (byte)(stretch.Address & 0xFC) : (byte)0,
                stretch.Job.VersionField,
                stretch.VersionBits,
                stretch.Job.Midstates > 0 ? 1 : stretch.Silicon.SmallCores,
                fromBatch,
                toBatch,
                within,
                within + length,
                stretch.Cores.Count));
            at += length;
        }
    }

    private void Add(WorkKey key, in Area area)
    {
        Hashes += area.Hashes;
        if (first.TryAdd(key, area))
        {
            return;
        }

        if (!others.TryGetValue(key, out var more))
        {
            others[key] = more = [];
        }

        Compare(first[key], area);
        foreach (var before in more)
        {
            Compare(before, area);
        }

        more.Add(area);
    }

    private void Compare(in Area before, in Area now)
    {
        var twice = before.Common(now);
        if (twice > 0)
        {
            RepeatedHashes += twice;
            FirstRepeat ??= $"chip {now.Chip} hashed {twice:0} nonces of versions {now.FromBatch} to {now.ToBatch} "
                + $"(of {now.Lanes}) between {now.Low} and {now.High} that chip {before.Chip} had hashed.";
        }
    }

    /// <summary>Some versions by some counters, on a number of cores.</summary>
    private readonly record struct Area(
        int Chip,
        byte Address,
        int Versions,
        int VersionBits,
        int Lanes,
        long FromBatch,
        long ToBatch,
        long Low,
        long High,
        int Cores)
    {
        public double Hashes => (double)(ToBatch - FromBatch) * Lanes * (High - Low) * Cores;

        public double Common(in Area other)
        {
            var counters = Math.Min(High, other.High) - Math.Max(Low, other.Low);
            return counters <= 0 || Address != other.Address
                ? 0
                : (double)counters * CommonVersions(other) * Math.Min(Cores, other.Cores);
        }

        private long CommonVersions(in Area other)
        {
            if (VersionBits != other.VersionBits)
            {
                return AllVersions().Intersect(other.AllVersions()).LongCount();
            }

            var fixedBits = ~VersionBits;
            return (Versions & fixedBits) != (other.Versions & fixedBits)
                ? 0
                : Math.Max(0, Math.Min(ToBatch, other.ToBatch) - Math.Max(FromBatch, other.FromBatch)) * Lanes;
        }

        private IEnumerable<int> AllVersions()
        {
            var most = 1L << BitOperations.PopCount((uint)VersionBits);
            for (var i = FromBatch * Lanes; i < Math.Min(ToBatch * Lanes, most); i++)
            {
                yield return Versions & ~VersionBits | SiliconJob.Deposit((int)i, VersionBits);
            }
        }
    }
}
