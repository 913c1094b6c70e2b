using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;
using Firmware.Mining;
using Firmware.Pool;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Benchmarks;

/// <summary>T3: what the hot paths take from the heap, in a model hour of 120 jobs, 6 blocks, 360 shares.</summary>
internal sealed class AllocationFigures : IWire, IDisposable
{
    private const int Jobs = 120;
    private const int JobsABlock = 20;
    private const int SharesAJob = 3;
    private const int NoncesAJob = 30;
    private const int RolledAJob = 30;
    private const long JobBytesMax = 512;
    private const int CollectionsMax = 4;

    private readonly PoolEnd pool = new();
    private readonly byte[] toPool = new byte[4096];
    private readonly byte[] frame = new byte[256];
    private readonly WorkTable table;
    private readonly Bm13xxChain chain = new(BenchBoard.Chain);
    private readonly Judge judge = new(UInt256.Max);
    private readonly PoolSession session;
    private int toPoolCount;
    private uint nonce;
    private TimeSpan now;

    private AllocationFigures()
    {
        table = new WorkTable(chain.Slots);
        var address = PoolAddress.Parse($"stratum2+tcp://127.0.0.1:3333/{pool.Key}");
        var terms = new SessionTerms(address, "bench", "bench", "bench", [1e6]);
        session = new PoolSession(terms, this, new ShareTotals(), now);
        while (!pool.IsOpen)
        {
            CarryToPool();
            CarryToMiner();
        }
    }

    public static IEnumerable<Figure> Measure()
    {
        using var hour = new AllocationFigures();
        _ = hour.Run(); // Warm-up.
        var collections = GC.CollectionCount(0);
        var pauses = GC.GetTotalPauseDuration();
        var most = hour.Run();
        collections = GC.CollectionCount(0) - collections;
        pauses = GC.GetTotalPauseDuration() - pauses;
        yield return new Figure(
            "T3 heap for a nonce / a share / rolled work / a job",
            $"{most.Nonce} / {most.Share} / {most.Rolled} / {most.Job} B",
            Figure.None,
            Figure.None,
            "0 / 0 / 0 / ≤ 512 B",
            most is { Nonce: 0, Share: 0, Rolled: 0, Job: <= JobBytesMax });
        yield return new Figure(
            "T3 gen-0 collections in the model hour, and their pauses together",
            $"{collections}, {Figure.Number(pauses.TotalMilliseconds, "0.00 ms")}",
            Figure.None,
            Figure.None,
            "≤ 4, none over 1 ms",
            collections <= CollectionsMax && pauses.TotalMilliseconds <= Math.Max(collections, 1));
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(toPool.AsSpan(toPoolCount));
        toPoolCount += bytes.Length;
        return bytes.Length;
    }

    public void CallForAttention()
    {
    }

    public void Dispose()
    {
        session.Dispose();
        pool.Dispose();
    }

    private Costs Run()
    {
        var most = default(Costs);
        for (var i = 0; i < Jobs; i++)
        {
            most = most.Or(GiveJob(newBlock: i % JobsABlock == 0));
            for (var n = 0; n < NoncesAJob; n++)
            {
                most = most.Or(JudgeNonce());
            }

            for (var share = 0; share < SharesAJob; share++)
            {
                most = most.Or(SubmitShare());
            }

            for (var rolled = 0; rolled < RolledAJob; rolled++)
            {
                most = most.Or(RollWork());
            }

            CarryToPool();
            pool.SendAcknowledgement();
            CarryToMiner();
        }

        return most;
    }

    /// <summary>From the bytes on the socket to the frame for the chips.</summary>
    private Costs GiveJob(bool newBlock)
    {
        if (newBlock)
        {
            pool.SendFutureJob();
            pool.SendTip();
        }
        else
        {
            pool.SendJob(minNTime: uint.MaxValue / 2);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var step = CarryToMiner();
        table.Take(step.Chains[0].Start!);
        _ = table.TryNext(now, out var slot, out var work);
        _ = chain.Encode(slot, work, frame);
        return new Costs(Job: GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private Costs JudgeNonce()
    {
        nonce++;
        var (newest, older) = table.At(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = judge.Weigh(new FoundNonce(Slot: 0, nonce, VersionBits: 0, Chip: 0, Core: 0), newest, older);
        return new Costs(Nonce: GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private Costs SubmitShare()
    {
        var job = table.Job!;
        var share = new Share(job.Id, nonce++, job.Header.NTime, job.Header.Version, IsBlock: false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sent = job.Sink.TrySubmit(share, now);
        return sent
            ? new Costs(Share: GC.GetAllocatedBytesForCurrentThread() - before)
            : throw new InvalidOperationException("The session took no share.");
    }

    private Costs RollWork()
    {
        now += TimeSpan.FromSeconds(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        if (table.TryNext(now, out var slot, out var work))
        {
            _ = chain.Encode(slot, work, frame);
        }

        return new Costs(Rolled: GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void CarryToPool()
    {
        pool.Receive(toPool.AsSpan(0, toPoolCount));
        toPoolCount = 0;
    }

    private SessionStep CarryToMiner()
    {
        pool.Outgoing.CopyTo(session.Free);
        var count = pool.Outgoing.Length;
        pool.Clear();
        var clock = new ClockView(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Trusted: true);
        var step = session.Received(count, clock, now);
        return step.Ended is null ? step : throw new InvalidOperationException(step.Ended);
    }

    /// <summary>Bytes of the heap; of several, the most of each.</summary>
    private readonly record struct Costs(long Nonce = 0, long Share = 0, long Rolled = 0, long Job = 0)
    {
        public Costs Or(Costs other) => new(
            Math.Max(Nonce, other.Nonce),
            Math.Max(Share, other.Share),
            Math.Max(Rolled, other.Rolled),
            Math.Max(Job, other.Job));
    }
}
